import type { HostAndPort } from '../http/bound-address.ts';
import type { NewCluster } from '../initialization/new-cluster.ts';
import type { LogOptions } from '../lib/logger.ts';
import type { SupervisionPolicy } from '../postmaster/postmaster-state.ts';
import type { AccessFiles } from './access-reading.ts';

/** The command line and environment of `run`, parsed once. */
export interface RunOptions {
  readonly configuration: { readonly path: string; readonly mayBeAbsent: boolean };
  readonly dataDirectory: string;
  readonly extensionsDirectory: string;
  readonly binDirectory: string;
  readonly runDirectory: string;
  readonly serverOptions: ReadonlyMap<string, string>;
  /** Only as root: whom to become. */
  readonly user: string | undefined;
  readonly superuser: string;
  readonly passwordFile: string | undefined;
  /** For an empty data folder. */
  readonly newCluster: NewCluster;
  /** Undefined: the endpoint is off. */
  readonly statusAddress: HostAndPort | undefined;
  readonly metricsAddress: HostAndPort | undefined;
  readonly access: AccessFiles;
  readonly policy: SupervisionPolicy;
  readonly resyncIntervalMs: number;
  readonly strict: boolean;
  readonly log: LogOptions;
}
