import * as z from 'zod/mini';
import type { Complaint } from '../documents/complaint.ts';
import { boundedList, maxProblems } from './bounded-list.ts';
import { databaseDocument, hasKind, toDatabaseEntry } from './database-document.ts';
import { databaseEntry } from './database-schema.ts';
import { explainIssue } from './explain-issue.ts';
import { refuseImagePath, refuseLoaderPath } from './image-path.ts';
import { type Context, refuse, ruledText } from './ruled-text.ts';
import {
  refuseEnvironmentName,
  refuseExtensionName,
  refuseLibrary,
  refuseParameterName,
  refuseParameterValue,
} from './value-rules.ts';

// zod/mini is the same zod without the sentences in many languages, and starts 20 ms faster. A key without a value
// (`extensions:` above items that are commented out) is a key that is not set, as in Kubernetes.
const pathList = z.nullish(boundedList(ruledText(refuseImagePath)));
const loaderPathList = z.nullish(boundedList(ruledText(refuseLoaderPath)));

const extension = z.strictObject({
  name: ruledText(refuseExtensionName),
  image: z.nullish(
    z.strictObject({
      reference: z.nullish(z.string()),
      pullPolicy: z.nullish(z.enum(['Always', 'Never', 'IfNotPresent'])),
    }),
  ),
  extension_control_path: pathList,
  dynamic_library_path: pathList,
  ld_library_path: loaderPathList,
  bin_path: pathList,
  env: z.nullish(boundedList(z.strictObject({ name: ruledText(refuseEnvironmentName), value: z.string() }))),
});

const configuration = z.strictObject({
  extensions: z.nullish(boundedList(extension)),
  shared_preload_libraries: z.nullish(boundedList(ruledText(refuseLibrary))),
  parameters: z.nullish(z.record(z.string(), z.unknown()).check(z.superRefine(refuseParameters))),
  restart_policy: z.nullish(z.enum(['manual', 'automatic'])),
  removal: z.nullish(z.enum(['hold', 'force'])),
  databases: z.nullish(boundedList(databaseEntry)),
});

/** One file as it is written, with keys as in the file and values not normalised yet. */
export type RawConfiguration = z.infer<typeof configuration>;
export type RawExtension = z.infer<typeof extension>;

export type ShapeCheck =
  | { readonly kind: 'valid'; readonly raw: RawConfiguration }
  | { readonly kind: 'invalid'; readonly complaints: readonly Complaint[] };

/**
 * Holds the content of one file against the schema and the rules for single values; finds all that is wrong at once.
 * A document of CloudNativePG comes out as the entry of `databases` that means the same.
 */
export function checkShape(value: unknown): ShapeCheck {
  if (hasKind(value)) return checkDocument(value);
  const result = configuration.safeParse(value ?? {});
  return result.success ? { kind: 'valid', raw: result.data } : explain(result.error, value);
}

function checkDocument(value: unknown): ShapeCheck {
  const result = databaseDocument.safeParse(value);
  if (!result.success) return explain(result.error, value);
  return { kind: 'valid', raw: { databases: [toDatabaseEntry(result.data)] } };
}

function explain(error: z.core.$ZodError, value: unknown): ShapeCheck {
  return { kind: 'invalid', complaints: error.issues.flatMap((issue) => explainIssue(issue, value)) };
}

function refuseParameters(parameters: Readonly<Record<string, unknown>>, context: Context): void {
  for (const [name, value] of Object.entries(parameters)) {
    refuse(context, refuseParameterName(name), [name], 'key');
    refuse(context, refuseParameterValue(value), [name], 'value');
    if (context.issues.length > maxProblems) return;
  }
}
