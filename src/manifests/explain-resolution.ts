import type { Step } from '../documents/complaint.ts';
import { textOf } from '../documents/plain-value.ts';
import { type ExtensionField, extensionFields, type FoundExtension, type Origin } from './image-info.ts';
import { classifyDocuments, manifestTitle } from './manifest.ts';
import type { RequestedImage } from './resolve-cluster.ts';

/** Where one field of what was resolved comes from. */
export interface FieldOrigin {
  /** In the output. */
  readonly path: readonly Step[];
  readonly from: Origin['from'];
  /** `ClusterImageCatalog/postgresql-minimal-trixie`; undefined for a default. */
  readonly document?: string;
  readonly file?: string;
  readonly line?: number;
  /** Of a default: what is in force though nobody wrote it. */
  readonly value?: unknown;
}

/** Where each field comes from, in the order of the output. */
export function explainResolution(requested: RequestedImage): readonly FieldOrigin[] {
  return [
    describe(['image'], requested.imageOrigin),
    describe(['majorVersion'], requested.majorOrigin),
    ...requested.extensions.flatMap((extension, index) => explainExtension(extension, ['extensions', index])),
  ];
}

function explainExtension({ origin, fields }: FoundExtension, path: readonly Step[]): readonly FieldOrigin[] {
  return [
    describe([...path, 'name'], { ...origin, path: [...origin.path, 'name'] }),
    ...extensionFields.flatMap((field): readonly FieldOrigin[] => {
      const found = fields.get(field);
      const here = [...path, ...field.split('.')];
      if (found !== undefined) return [describe(here, found.origin)];
      const value = defaults[field];
      return value === undefined ? [] : [{ path: here, from: 'default', value }];
    }),
  ];
}

const defaults: Readonly<Partial<Record<ExtensionField, readonly string[]>>> = {
  extension_control_path: ['share'],
  dynamic_library_path: ['lib'],
};

function describe(path: readonly Step[], origin: Origin): FieldOrigin {
  if (origin.from === 'default') return { path, from: 'default' };
  const { file, line } = origin.document.locate(origin.path, 'key');
  const [classified] = classifyDocuments([origin.document]);
  const title = classified?.kind === 'manifest' ? manifestTitle(classified.manifest) : undefined;
  return { path, from: origin.from, ...(title !== undefined && { document: textOf(title) }), file, line };
}
