import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

export interface WatchedProcesses {
  /** Every command line that was seen, of all processes of the machine. */
  readonly commandLines: () => string;
  /** Every environment that was seen of processes with one of the names. */
  readonly environments: () => string;
  /** Names of the programs whose environments were seen. */
  readonly seen: () => ReadonlySet<string>;
  readonly stop: () => void;
}

/** Looks at all processes again and again, as a neighbour with `ps` would. */
export function watchProcesses(names: readonly string[]): WatchedProcesses {
  const commandLines = new Set<string>();
  const environments = new Set<string>();
  const seen = new Set<string>();
  const look = (): void => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const commandLine = textOf(`/proc/${pid}/cmdline`);
      commandLines.add(commandLine);
      // A server process has a title instead of its arguments: `postgres: checkpointer`.
      const name = basename(commandLine.split('\0')[0] ?? '').split(':')[0] ?? '';
      if (!names.includes(name)) continue;
      const environment = textOf(`/proc/${pid}/environ`);
      if (environment !== '') seen.add(name);
      environments.add(environment);
    }
  };
  const timer = setInterval(look, 3);
  return {
    commandLines: () => [...commandLines].join('\n'),
    environments: () => [...environments].join('\n'),
    seen: () => seen,
    stop: () => {
      look();
      clearInterval(timer);
    },
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // gone already
  }
}
