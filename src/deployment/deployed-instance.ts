import type { PullPolicy } from '../configuration/instance-configuration.ts';
import type { Variable } from './deployed-variables.ts';

/** One instance of a Cluster as it is to be run without an operator: by Compose, in a Pod, in a StatefulSet. */
export interface DeployedInstance {
  /** Of the Cluster; a DNS label of at most 50 characters. */
  readonly name: string;
  readonly namespace: string | undefined;
  /** PostgreSQL. */
  readonly image: ImageSource;
  /** The image that has the manager in /opt/pg-instance-manager. */
  readonly managerImage: string;
  readonly imagePullSecrets: readonly string[];
  /** What PostgreSQL runs as in a pod; the image says it elsewhere. */
  readonly user: { readonly uid: number; readonly gid: number };
  /** In the order of the Cluster; their images are mounted at /extensions/NAME. */
  readonly extensions: readonly { readonly name: string; readonly image: ImageSource }[];
  /** The files of the configuration folder, by name: what the manager is to be given. */
  readonly configuration: Readonly<Record<string, string>>;
  /** The spec of the PersistentVolumeClaim of the data, which has at least an access mode and a size. */
  readonly claim: Readonly<Record<string, unknown>>;
  /** How large /dev/shm may be, a quantity; undefined where the Cluster says nothing. */
  readonly sharedMemory: string | undefined;
  /** `spec.resources` of the Cluster, as written; undefined: none. */
  readonly resources:
    | {
        readonly requests?: Readonly<Record<string, string>>;
        readonly limits?: Readonly<Record<string, string>>;
      }
    | undefined;
  /** `spec.env` of the Cluster: only entries with a plain value. */
  readonly env: readonly Variable[];
  /** Further arguments for initdb, as in POSTGRES_INITDB_ARGS; empty: none. */
  readonly initdbArguments: string;
}

export interface ImageSource {
  readonly reference: string;
  readonly pullPolicy: PullPolicy | undefined;
}
