import type { Difference } from './compare-objects.ts';

/** What a step tries, in the order in which an image goes through them. */
export type StepKind = 'check' | 'start' | 'preload' | 'create' | 'objects' | 'load' | 'drop' | 'update' | 'test';

/** How a step ended. `known`: it failed, and was said to; `skipped`: it says nothing about the image, and why. */
export type Outcome =
  | { readonly result: 'passed'; readonly note?: string; readonly details: readonly string[] }
  | { readonly result: 'failed' | 'known'; readonly message: string; readonly details: readonly string[] }
  | { readonly result: 'skipped'; readonly reason: string; readonly details: readonly string[] };

/** What a step saw, for programs. */
export interface Evidence {
  /** Of a created extension. */
  readonly version?: string;
  /** Its members, as PostgreSQL names them. */
  readonly objects?: readonly { readonly type: string; readonly identity: string }[];
  readonly modules?: readonly LoadedModule[];
  readonly differences?: readonly Difference[];
}

/** A line of pg_get_loaded_modules(): https://www.postgresql.org/docs/18/functions-info.html */
export interface LoadedModule {
  readonly file: string;
  /** Of PG_MODULE_MAGIC_EXT; null: the author gave none. */
  readonly name: string | null;
  readonly version: string | null;
  /** Where the file is that was loaded; null: the kernel does not tell. */
  readonly path: string | null;
}

export interface Step {
  /** Name of the image; empty for what concerns all. */
  readonly image: string;
  readonly extension?: string;
  readonly kind: StepKind;
  readonly title: string;
  readonly outcome: Outcome;
  readonly evidence?: Evidence;
  readonly milliseconds: number;
}

export function passed(note?: string, details: readonly string[] = []): Outcome {
  return { result: 'passed', ...(note === undefined ? {} : { note }), details };
}

export function failed(message: string, details: readonly string[] = []): Outcome {
  return { result: 'failed', message, details };
}

export function skipped(reason: string, details: readonly string[] = []): Outcome {
  return { result: 'skipped', reason, details };
}
