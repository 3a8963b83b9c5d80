import type { ExtensionConfiguration } from '../configuration/instance-configuration.ts';

/** An image that was in force, and what it brought, so that it is known also when its folder is gone. */
export interface AppliedImage {
  readonly configuration: ExtensionConfiguration;
  /** Names for CREATE EXTENSION. */
  readonly provides: readonly string[];
  /** Library files without `.so`. */
  readonly libraries: readonly string[];
}

/** What was applied last; kept in PGDATA. */
export interface AppliedImages {
  readonly images: readonly AppliedImage[];
  /** shared_preload_libraries. */
  readonly preload: readonly string[];
}

export const nothingApplied: AppliedImages = { images: [], preload: [] };
