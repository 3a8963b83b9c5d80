import type { FieldError } from './field-error.ts';

/**
 * A rule of CloudNativePG's webhook for Clusters. It gets the document as it was written, of which any part may be of the wrong
 * kind (the schema says so elsewhere), and finds all that is wrong.
 */
export type ClusterCheck = (cluster: ClusterValue) => readonly FieldError[];

/** A document of `kind: Cluster`, as parsed. */
export type ClusterValue = Readonly<Record<string, unknown>>;
