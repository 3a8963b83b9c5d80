import { Command, Option } from 'commander';
import type { HostAndPort } from '../http/bound-address.ts';
import { type NewCluster, newCluster } from '../initialization/new-cluster.ts';
import type { OfficialValues } from '../initialization/read-official-environment.ts';
import type { AccessFiles } from '../instance/access-reading.ts';
import type { RunOptions } from '../instance/run-options.ts';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import type { ShutdownMode } from '../postmaster/shutdown-mode.ts';
import { collectServerOption, parseAddress, parseCount, parseDurationMs, parseYesNo } from './option-values.ts';

/** Where a configuration is looked for when nobody says where; there it may be absent. */
const defaultConfiguration = '/etc/pg-instance-manager';

interface RunFlags {
  readonly config: string;
  readonly pgdata: string;
  readonly extensionsDir: string;
  readonly binDir?: string;
  readonly runDir: string;
  readonly user?: string;
  readonly superuser?: string;
  readonly passwordFile?: string;
  readonly initdbArgs?: string;
  readonly initScripts: string;
  readonly c: ReadonlyMap<string, string>;
  readonly statusAddress: HostAndPort | 'off';
  readonly metricsAddress: HostAndPort | 'off';
  readonly tlsCertFile?: string;
  readonly tlsKeyFile?: string;
  readonly tokenFile?: string;
  readonly shutdownMode: Extract<ShutdownMode, 'smart' | 'fast'>;
  readonly shutdownBudget: number;
  readonly crashPolicy: 'restart' | 'exit';
  readonly maxCrashes: number;
  readonly crashWindow: number;
  readonly resyncInterval: number;
  readonly strict: boolean;
  readonly logFormat: 'auto' | 'json' | 'pretty';
  readonly logLevel: string;
}

/** What the flags cannot know by themselves. */
export interface RunSurroundings {
  readonly isTerminal: boolean;
  /** Seen from the folder that the command was given in; nobody else stays there. */
  readonly absolute: (path: string) => string;
  /** The folder of the postgres executable when --bin-dir is not given. */
  readonly findBinDirectory: () => string;
  /** What the variables of the official image say; read while we may still be root. */
  readonly readOfficialEnvironment: () => OfficialValues;
}

/** The `run` command; `action` gets its options, parsed once. */
export function runCommand(surroundings: RunSurroundings, action: (options: RunOptions) => Promise<void>): Command {
  const command = new Command('run')
    .description('run PostgreSQL with the extension images of the configuration, until told to stop')
    .addHelpText('after', '\nA flag wins over its twin in the environment.');
  for (const option of [...placeOptions(), ...accessOptions(), ...policyOptions()]) command.addOption(option);
  return command.action((flags: RunFlags) => action(toRunOptions(flags, surroundings)));
}

function placeOptions(): readonly Option[] {
  return [
    new Option('--config <path>', 'YAML or JSON file, or a folder of them')
      .env('PGIM_CONFIG')
      .default(defaultConfiguration),
    new Option('--pgdata <folder>', 'data folder; an empty one is initialized')
      .env('PGDATA')
      .default('/var/lib/postgresql/18/docker'),
    new Option('--extensions-dir <folder>', 'where the image volumes are mounted')
      .env('PGIM_EXTENSIONS_DIR')
      .default('/extensions'),
    new Option('--bin-dir <folder>', 'folder of postgres and initdb (default: found on the PATH)').env('PGIM_BIN_DIR'),
    new Option('--run-dir <folder>', "folder of PostgreSQL's socket and of the control socket")
      .env('PGIM_RUN_DIR')
      .default('/run/postgresql'),
    new Option('-c <name=value>', 'parameter for the server, as with postgres -c; can be repeated')
      .argParser(collectServerOption)
      .default(new Map(), 'none'),
  ];
}

function accessOptions(): readonly Option[] {
  return [
    new Option('--user <user>', 'as root: whom to become (default: postgres, else nobody)').env('PGIM_USER'),
    new Option(
      '--superuser <role>',
      "role of the manager's own sessions, superuser of a new cluster (default: POSTGRES_USER, else postgres)",
    ).env('PGIM_SUPERUSER'),
    new Option('--password-file <file>', 'file with the password of that role, if it needs one').env(
      'PGIM_PASSWORD_FILE',
    ),
    new Option('--initdb-args <arguments>', 'further arguments for initdb (default: POSTGRES_INITDB_ARGS)').env(
      'PGIM_INITDB_ARGS',
    ),
    new Option('--init-scripts <folder>', 'scripts that fill a new cluster; may be absent')
      .env('PGIM_INIT_SCRIPTS')
      .default('/docker-entrypoint-initdb.d'),
    new Option('--status-address <host:port>', 'address of probes, status and metrics; off for none')
      .env('PGIM_STATUS_ADDRESS')
      .argParser(parseAddress)
      .default({ host: '0.0.0.0', port: 8000 }, '0.0.0.0:8000'),
    new Option('--metrics-address <host:port>', 'address of metrics alone; off for none')
      .env('PGIM_METRICS_ADDRESS')
      .argParser(parseAddress)
      .default({ host: '0.0.0.0', port: 9187 }, '0.0.0.0:9187'),
    new Option(
      '--tls-cert-file <file>',
      'certificate (PEM, with its chain) for both addresses, followed by the watcher',
    ).env('PGIM_TLS_CERT_FILE'),
    new Option('--tls-key-file <file>', 'its private key').env('PGIM_TLS_KEY_FILE'),
    new Option('--token-file <file>', 'file with the bearer token that /status and /metrics want').env(
      'PGIM_TOKEN_FILE',
    ),
  ];
}

function policyOptions(): readonly Option[] {
  return [
    new Option('--shutdown-mode <mode>', 'how a stop begins')
      .env('PGIM_SHUTDOWN_MODE')
      .choices(['fast', 'smart'])
      .default('fast'),
    new Option('--shutdown-budget <time>', 'after nearly all of it, the shutdown becomes immediate')
      .env('PGIM_SHUTDOWN_BUDGET')
      .argParser(parseDurationMs)
      .default(60_000, '60s'),
    new Option('--crash-policy <policy>', 'when PostgreSQL ends without being asked to')
      .env('PGIM_CRASH_POLICY')
      .choices(['restart', 'exit'])
      .default('restart'),
    new Option('--max-crashes <count>', 'give up after more than so many within the window')
      .env('PGIM_MAX_CRASHES')
      .argParser(parseCount)
      .default(5),
    new Option('--crash-window <time>', 'the window')
      .env('PGIM_CRASH_WINDOW')
      .argParser(parseDurationMs)
      .default(300_000, '300s'),
    new Option('--resync-interval <time>', 'look again at configuration and folders, whatever the watcher says')
      .env('PGIM_RESYNC_INTERVAL')
      .argParser(parseDurationMs)
      .default(30_000, '30s'),
    new Option('--strict [yes|no]', 'refuse to start when there is a finding of severity error')
      .env('PGIM_STRICT')
      .preset('yes')
      .argParser(parseYesNo)
      .default(false, 'no'),
    new Option('--log-format <format>', 'auto: pretty on a terminal, else json')
      .env('PGIM_LOG_FORMAT')
      .choices(['auto', 'json', 'pretty'])
      .default('auto'),
    new Option('--log-level <level>', 'least level that is logged')
      .env('PGIM_LOG_LEVEL')
      .choices(['debug', 'info', 'warn', 'error'])
      .default('info'),
  ];
}

function toRunOptions(flags: RunFlags, surroundings: RunSurroundings): RunOptions {
  const { absolute } = surroundings;
  const format = surroundings.isTerminal ? 'pretty' : 'json';
  const configFile = flags.c.get('config_file');
  const wanted = wantedCluster(flags, surroundings);
  return {
    configuration: { path: absolute(flags.config), mayBeAbsent: flags.config === defaultConfiguration },
    dataDirectory: absolute(flags.pgdata),
    extensionsDirectory: absolute(flags.extensionsDir),
    binDirectory: flags.binDir === undefined ? surroundings.findBinDirectory() : absolute(flags.binDir),
    runDirectory: absolute(flags.runDir),
    serverOptions: configFile === undefined ? flags.c : new Map([...flags.c, ['config_file', absolute(configFile)]]),
    user: flags.user,
    superuser: wanted.superuser,
    passwordFile: wanted.passwordFile,
    newCluster: wanted,
    statusAddress: flags.statusAddress === 'off' ? undefined : flags.statusAddress,
    metricsAddress: flags.metricsAddress === 'off' ? undefined : flags.metricsAddress,
    access: {
      tls: tlsFiles(flags, absolute),
      tokenFile: flags.tokenFile === undefined ? undefined : absolute(flags.tokenFile),
    },
    policy: {
      restart: { onCrash: flags.crashPolicy, maxCrashes: flags.maxCrashes, windowMs: flags.crashWindow },
      shutdownMode: flags.shutdownMode,
      shutdownBudgetMs: flags.shutdownBudget,
    },
    resyncIntervalMs: flags.resyncInterval,
    strict: flags.strict,
    log: { format: flags.logFormat === 'auto' ? format : flags.logFormat, level: flags.logLevel },
  };
}

function tlsFiles({ tlsCertFile, tlsKeyFile }: RunFlags, absolute: RunSurroundings['absolute']): AccessFiles['tls'] {
  if (tlsCertFile === undefined && tlsKeyFile === undefined) return undefined;
  if (tlsCertFile === undefined || tlsKeyFile === undefined) {
    const [given, missing] =
      tlsKeyFile === undefined ? ['--tls-cert-file', '--tls-key-file'] : ['--tls-key-file', '--tls-cert-file'];
    throw new ExitError(exitCode.usage, `${given} was given without ${missing}; TLS needs both.`);
  }
  return { certificateFile: absolute(tlsCertFile), keyFile: absolute(tlsKeyFile) };
}

function wantedCluster(flags: RunFlags, { absolute, readOfficialEnvironment }: RunSurroundings): NewCluster {
  const official = readOfficialEnvironment();
  const { walDirectory } = official;
  return newCluster(
    {
      superuser: flags.superuser,
      passwordFile: flags.passwordFile === undefined ? undefined : absolute(flags.passwordFile),
      initdbArguments: flags.initdbArgs,
      initScripts: absolute(flags.initScripts),
    },
    { ...official, walDirectory: walDirectory === undefined ? undefined : absolute(walDirectory) },
  );
}
