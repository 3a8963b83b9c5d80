/** An address that the demo listens on. `movedBy` is how a person chooses another. */
export interface DemoAddress {
  readonly host: string;
  readonly port: number;
  readonly purpose: string;
  readonly movedBy: string;
}

/** What the program is started with, and what of it the demo tells people. All paths are absolute. */
export interface DemoArguments {
  readonly programArguments: readonly string[];
  readonly postgres: DemoAddress;
  /** `undefined`: not an address that can be understood; the program says what is wrong with it. */
  readonly status: DemoAddress | undefined;
  readonly metrics: DemoAddress | undefined;
  /** The file to edit; the file or folder that was given instead. */
  readonly configuration: string;
  readonly extensionsFolder: string;
  readonly runFolder: string;
}

export const defaultDemoPort = '54321';

const initdbArguments = [
  '--auth-host=trust',
  '--auth-local=trust',
  '--username=postgres',
  '--encoding=UTF8',
  // The same on every machine, whatever locales it has: https://www.postgresql.org/docs/18/locale.html
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  // No password is asked for, so nobody but this machine may connect.
  '--set=listen_addresses=127.0.0.1',
];

/**
 * The program's arguments for a demo in `folder`. `extra` comes last and wins, flag by flag. `port` is the value of
 * PGPORT; a port that is none is a problem in one sentence.
 */
export function planDemoArguments(
  folder: string,
  port: string,
  extra: readonly string[],
): DemoArguments | { readonly problem: string } {
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    return { problem: `PGPORT is ${JSON.stringify(port)}, but it has to be a port, a number from 1 to 65535.` };
  }
  const options = [
    ['--config', `${folder}/config`],
    ['--extensions-dir', `${folder}/extensions`],
    ['--bin-dir', `${folder}/server/bin`],
    ['--pgdata', `${folder}/data`],
    ['--run-dir', `${folder}/run`],
    ['--status-address', '127.0.0.1:8000'],
    ['--metrics-address', '127.0.0.1:9187'],
    ['--initdb-args', initdbArguments.join(' ')],
  ].flat();
  const programArguments = ['run', ...options, ...extra];
  const flagValue = (flag: string): string => readLastFlag(programArguments, flag) ?? '';
  return {
    programArguments,
    postgres: { host: '127.0.0.1', port: Number(port), purpose: 'PostgreSQL', movedBy: 'PGPORT' },
    status: parseAddress(flagValue('--status-address'), 'the status', 'npm start -- --status-address HOST:PORT'),
    metrics: parseAddress(flagValue('--metrics-address'), 'the metrics', 'npm start -- --metrics-address HOST:PORT'),
    configuration: readLastFlag(extra, '--config') ?? `${folder}/config/instance.yaml`,
    extensionsFolder: flagValue('--extensions-dir'),
    runFolder: flagValue('--run-dir'),
  };
}

/** The value of `--flag value` or `--flag=value`; the last one wins, as it does in the program. */
export function readLastFlag(args: readonly string[], flag: string): string | undefined {
  let value: string | undefined;
  for (const [index, arg] of args.entries()) {
    if (arg === flag) {
      value = args[index + 1] ?? value;
    } else if (arg.startsWith(`${flag}=`)) {
      value = arg.slice(flag.length + 1);
    }
  }
  return value;
}

function parseAddress(text: string, purpose: string, movedBy: string): DemoAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):([0-9]{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65535 ? undefined : { host, port, purpose, movedBy };
}
