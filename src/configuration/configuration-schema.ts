import * as z from 'zod/mini';
import type { Complaint, Refusal } from './complaint.ts';
import { explainIssue } from './explain-issue.ts';
import { refuseImagePath, refuseLoaderPath } from './image-path.ts';
import {
  refuseEnvironmentName,
  refuseExtensionName,
  refuseLibrary,
  refuseParameterName,
  refuseParameterValue,
} from './value-rules.ts';

// zod/mini is the same zod without the sentences in many languages, and starts 20 ms faster. A key without a value
// (`extensions:` above items that are commented out) is a key that is not set, as in Kubernetes.
const pathList = z.nullish(z.array(ruledText(refuseImagePath)));
const loaderPathList = z.nullish(z.array(ruledText(refuseLoaderPath)));

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
  env: z.nullish(z.array(z.strictObject({ name: ruledText(refuseEnvironmentName), value: z.string() }))),
});

const configuration = z.strictObject({
  extensions: z.nullish(z.array(extension)),
  shared_preload_libraries: z.nullish(z.array(ruledText(refuseLibrary))),
  parameters: z.nullish(z.record(z.string(), z.unknown()).check(z.superRefine(refuseParameters))),
  restart_policy: z.nullish(z.enum(['manual', 'automatic'])),
});

/** One file as it is written, with keys as in the file and values not normalised yet. */
export type RawConfiguration = z.infer<typeof configuration>;
export type RawExtension = z.infer<typeof extension>;

export type ShapeCheck =
  | { readonly kind: 'valid'; readonly raw: RawConfiguration }
  | { readonly kind: 'invalid'; readonly complaints: readonly Complaint[] };

/** Holds the content of one file against the schema and the rules for single values; finds all that is wrong at once. */
export function checkShape(value: unknown): ShapeCheck {
  const result = configuration.safeParse(value ?? {});
  if (result.success) return { kind: 'valid', raw: result.data };
  return { kind: 'invalid', complaints: result.error.issues.flatMap((issue) => explainIssue(issue, value)) };
}

type Context = z.core.$RefinementCtx<unknown>;

function ruledText(rule: (text: string) => Refusal | undefined): z.ZodMiniString {
  return z.string().check(z.superRefine((text, context) => refuse(context, rule(text), [], 'value')));
}

function refuseParameters(parameters: Readonly<Record<string, unknown>>, context: Context): void {
  for (const [name, value] of Object.entries(parameters)) {
    refuse(context, refuseParameterName(name), [name], 'key');
    refuse(context, refuseParameterValue(value), [name], 'value');
  }
}

function refuse(context: Context, refusal: Refusal | undefined, path: string[], at: Complaint['at']): void {
  if (refusal !== undefined) context.addIssue({ code: 'custom', path, params: { refusal, at } });
}
