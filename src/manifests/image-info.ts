import type { Step } from '../documents/complaint.ts';
import type { SourceDocument } from '../documents/source-document.ts';

/** The fields of an ExtensionConfiguration that hold lists of paths. */
export const pathFields = ['extension_control_path', 'dynamic_library_path', 'ld_library_path', 'bin_path'] as const;
export type PathField = (typeof pathFields)[number];

/** An entry of `status.pgDataImageInfo.extensions`; what is not set is not there. */
export interface ResolvedExtension extends Partial<Readonly<Record<PathField, readonly string[]>>> {
  readonly name: string;
  readonly image: { readonly reference?: string; readonly pullPolicy?: string };
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

/** What CloudNativePG keeps in `status.pgDataImageInfo`, and hands to the pods. */
export interface ImageInfo {
  readonly image: string;
  readonly majorVersion: number;
  readonly extensions?: readonly ResolvedExtension[];
}

/** Where a value comes from. */
export type Origin =
  | {
      readonly from: 'cluster' | 'catalog' | 'status';
      readonly document: SourceDocument;
      readonly path: readonly Step[];
    }
  | { readonly from: 'default' };

/** The fields of an extension that each come from one place. */
export type ExtensionField = 'image.reference' | 'image.pullPolicy' | PathField | 'env';
export const extensionFields = [
  ...(['image.reference', 'image.pullPolicy'] as const),
  ...pathFields,
  ...(['env'] as const),
] satisfies readonly ExtensionField[];

/** An extension as it was found, its values not looked at yet: any of them may be of the wrong kind. */
export interface FoundExtension {
  readonly name: unknown;
  /** Of the entry; its unknown keys are there, too. */
  readonly origin: Exclude<Origin, { readonly from: 'default' }>;
  /** Only fields that are set. */
  readonly fields: ReadonlyMap<ExtensionField, FoundValue>;
  readonly unknownKeys: ReadonlyMap<string, FoundValue>;
}

export interface FoundValue {
  readonly value: unknown;
  readonly origin: Exclude<Origin, { readonly from: 'default' }>;
}
