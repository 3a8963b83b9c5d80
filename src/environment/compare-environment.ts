/** A variable whose value in the running postmaster is not the one that it would be started with now. */
export interface EnvironmentDifference {
  readonly name: string;
  readonly running: string | undefined;
  readonly desired: string | undefined;
}

/** Set by the manager for one start only, or by shells; they say nothing about the configuration. */
const incidental: ReadonlySet<string> = new Set(['PG_GRANDPARENT_PID', '_', 'PWD', 'OLDPWD', 'SHLVL']);

/** By name; both sides are complete environments. */
export function compareEnvironment(
  running: Readonly<Record<string, string>>,
  desired: Readonly<Record<string, string>>,
): readonly EnvironmentDifference[] {
  const names = [...new Set([...Object.keys(running), ...Object.keys(desired)])].sort();
  return names
    .filter((name) => !incidental.has(name) && running[name] !== desired[name])
    .map((name) => ({ name, running: running[name], desired: desired[name] }));
}

/** The text of /proc/<pid>/environ: `NAME=value` ended by NUL, as at the start of the process (proc_pid_environ(5)). */
export function parseEnviron(text: string): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const entry of text.split('\0')) {
    const equals = entry.indexOf('=');
    if (equals > 0) variables[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
  return variables;
}
