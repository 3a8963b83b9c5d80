/** What does not change while the manager runs. */
export interface InstanceOptions {
  readonly configuration: { readonly path: string; readonly mayBeAbsent: boolean };
  readonly dataDirectory: string;
  readonly extensionsDirectory: string;
  readonly binDirectory: string;
  readonly runDirectory: string;
  /** `-c name=value` of the command line, names in lower case; the last one of a name counts. */
  readonly serverOptions: ReadonlyMap<string, string>;
  /** The environment of the container. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly oomScore: number;
}

/** The file that PostgreSQL is started with. */
export function settingsFile(options: Pick<InstanceOptions, 'dataDirectory'>): string {
  return `${options.dataDirectory}/pg-instance-manager.conf`;
}

/** Where the configuration in force is kept as long as the container lives; see remembered-files.ts. */
export function rememberedFile(options: Pick<InstanceOptions, 'runDirectory'>): string {
  return `${options.runDirectory}/pg-instance-manager.configuration.json`;
}

/** What was applied last; in PGDATA, because it has to outlive the container. */
export function appliedFile(options: Pick<InstanceOptions, 'dataDirectory'>): string {
  return `${options.dataDirectory}/pg-instance-manager.applied.json`;
}

/** The user's own file: PGDATA's postgresql.conf, unless `-c config_file=…` names another. */
export function userConfigFile(options: InstanceOptions): string {
  return options.serverOptions.get('config_file') ?? `${options.dataDirectory}/postgresql.conf`;
}

/** What PostgreSQL last started with; in PGDATA, because it has to outlive the container. */
export function lastGoodFile(options: Pick<InstanceOptions, 'dataDirectory'>): string {
  return `${options.dataDirectory}/pg-instance-manager.last-good.json`;
}

/** What it runs without, for a manager that takes it on. */
export function safeModeFile(options: Pick<InstanceOptions, 'runDirectory'>): string {
  return `${options.runDirectory}/pg-instance-manager.safe-mode.json`;
}
