import type { NewCluster } from './new-cluster.ts';

/** An option of initdb by its names: https://www.postgresql.org/docs/18/app-initdb.html */
interface OptionNames {
  readonly long: readonly string[];
  readonly short?: string;
}

/** The values that words give an option, in their order: `--name value`, `--name=value`, `-n value` and `-nvalue`. */
export function optionValues(words: readonly string[], { long, short }: OptionNames): readonly string[] {
  return words.flatMap((word, index): readonly string[] => {
    const next = words[index + 1];
    const name = long.find((one) => word === `--${one}` || word.startsWith(`--${one}=`));
    if (name !== undefined)
      return word === `--${name}` ? (next === undefined ? [] : [next]) : [word.slice(name.length + 3)];
    if (short === undefined || !word.startsWith(`-${short}`)) return [];
    return word === `-${short}` ? (next === undefined ? [] : [next]) : [word.slice(2)];
  });
}

export function hasOption(words: readonly string[], names: OptionNames): boolean {
  return optionValues(words, names).length > 0;
}

/** What initdb is told. The words of the user come last and win. */
export function initdbArguments(
  wanted: NewCluster,
  place: {
    readonly dataDirectory: string;
    readonly walDirectory: string | undefined;
    readonly passwordFile: string | undefined;
  },
): readonly string[] {
  return [
    ...['--pgdata', place.dataDirectory, '--username', wanted.superuser, '--encoding=UTF8'],
    // Works for every uid, also for one without a name.
    '--auth-local=trust',
    `--auth-host=${wanted.hostAuthMethod?.trim() === 'trust' ? 'trust' : 'scram-sha-256'}`,
    // In the cluster's own postgresql.conf, which everything else wins over.
    '--set=listen_addresses=*',
    ...(place.passwordFile === undefined ? [] : ['--pwfile', place.passwordFile]),
    ...(place.walDirectory === undefined ? [] : ['--waldir', place.walDirectory]),
    ...wanted.initdbArguments,
  ];
}

/** Those who come from elsewhere; initdb itself lets in only who is on the same machine. */
export function hostAccessLine({ hostAuthMethod }: NewCluster): string {
  return `\n# everybody else\nhost all all all ${hostAuthMethod?.trim() ?? 'scram-sha-256'}\n`;
}
