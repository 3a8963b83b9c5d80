import { parseArgsStringToArgv } from 'string-argv';
import { withoutLineEnds } from '../lib/without-line-ends.ts';
import type { OfficialValues } from './read-official-environment.ts';

/** What a cluster is to be like that has to be made. An existing one needs none of it but the name of its superuser. */
export interface NewCluster {
  readonly superuser: string;
  readonly database: string;
  /** A file with the password; it wins over `password`. */
  readonly passwordFile: string | undefined;
  readonly password: string | undefined;
  readonly initdbArguments: readonly string[];
  /** As it comes to stand in pg_hba.conf, options included. */
  readonly hostAuthMethod: string | undefined;
  readonly walDirectory: string | undefined;
  /** The folder of the scripts that fill the cluster; it may be absent. */
  readonly initScripts: string;
  /** Sentences about what could not be read. */
  readonly problems: readonly string[];
}

export interface NewClusterFlags {
  readonly superuser: string | undefined;
  readonly passwordFile: string | undefined;
  readonly initdbArguments: string | undefined;
  readonly initScripts: string;
}

/** The manager's own flags win over the variables of the official image. */
export function newCluster(flags: NewClusterFlags, official: OfficialValues): NewCluster {
  const superuser = flags.superuser ?? official.user ?? 'postgres';
  return {
    superuser,
    database: official.database ?? superuser,
    passwordFile: flags.passwordFile,
    // As in the official image, and as initdb's --pwfile has it: what ends the line is not part of the password.
    password: official.password === undefined ? undefined : withoutLineEnds(official.password),
    initdbArguments: parseArgsStringToArgv(flags.initdbArguments ?? official.initdbArguments ?? ''),
    hostAuthMethod: official.hostAuthMethod,
    walDirectory: official.walDirectory,
    initScripts: flags.initScripts,
    problems: official.problems,
  };
}
