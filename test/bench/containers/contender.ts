/** One of the images that are measured beside each other, and how it is told to run PostgreSQL. */
export interface Contender {
  readonly name: 'ours' | 'bare' | 'peer';
  readonly image: string;
  /** On an empty volume. */
  readonly initialize: Start;
  /** On the volume that it has initialized. */
  readonly restart: Start;
}

/** What a contender's `docker run` has before and after the name of the image. */
interface Start {
  readonly flags: readonly string[];
  readonly command: readonly string[];
}

interface Images {
  readonly image: string;
  readonly base: string;
  readonly peer: string | undefined;
  /** A passwd file with a name for the user that containers run as. */
  readonly passwdFile: string;
}

/** Without a name for its user initdb refuses to work. What it does is what the other two do, in the fewest words. */
const bareInitialization = [
  'echo "$POSTGRES_PASSWORD" >/tmp/password',
  'initdb --pgdata="$PGDATA" --username=postgres --pwfile=/tmp/password',
  'echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"',
  'exec postgres -D "$PGDATA" "$@"',
].join(' && ');

const everywhere = ['-c', 'listen_addresses=*'];

/** Ours first. */
export function contenders({ image, base, peer, passwdFile }: Images): readonly Contender[] {
  // The network is the host's: these ports may be taken there.
  const ownPorts = ['--env=PGIM_STATUS_ADDRESS=127.0.0.1:0', '--env=PGIM_METRICS_ADDRESS=127.0.0.1:0'];
  const ours = { flags: ownPorts, command: [] };
  // As the official image: SIGTERM would wait for sessions (https://www.postgresql.org/docs/18/server-shutdown.html)
  const fast = '--stop-signal=SIGINT';
  const named = `--mount=type=bind,source=${passwdFile},target=/etc/passwd,readonly`;
  const official = { flags: [], command: [] };
  return [
    { name: 'ours', image, initialize: ours, restart: ours },
    {
      name: 'bare',
      image: base,
      initialize: {
        flags: [fast, named, '--entrypoint=sh'],
        command: ['-c', bareInitialization, 'sh', ...everywhere],
      },
      restart: { flags: [fast, '--entrypoint=postgres'], command: ['-D', dataDirectory, ...everywhere] },
    },
    ...(peer === undefined ? [] : [{ name: 'peer' as const, image: peer, initialize: official, restart: official }]),
  ];
}

const dataDirectory = '/var/lib/postgresql/18/docker';
/** No image has a name for it. */
export const containerUser = 12_345;
export const password = 'measured';

export interface RunRequest {
  readonly contender: Contender;
  readonly start: 'initialize' | 'restart';
  readonly container: string;
  readonly label: string;
  readonly volume: string;
  /** Of the host. */
  readonly port: number;
  /** A folder of scripts for a new cluster. */
  readonly initScripts?: string | undefined;
}

/** The arguments of docker: the same for all, but for what a contender needs. */
export function runArguments(request: RunRequest): readonly string[] {
  const { contender, initScripts } = request;
  const { flags, command } = contender[request.start];
  const scripts = `--mount=type=bind,source=${initScripts},target=/docker-entrypoint-initdb.d,readonly`;
  return [
    ...['run', '--detach', '--pull=never', `--name=${request.container}`, `--label=${request.label}`],
    ...['--network=host', `--user=${containerUser}:${containerUser}`, '--read-only'],
    ...['--tmpfs=/run/postgresql:mode=1777', '--tmpfs=/tmp'],
    `--mount=type=volume,source=${request.volume},target=/var/lib/postgresql,volume-nocopy`,
    ...['--env=LANG=C.UTF-8', `--env=PGDATA=${dataDirectory}`, `--env=POSTGRES_PASSWORD=${password}`],
    ...(initScripts === undefined ? [] : [scripts]),
    ...flags,
    contender.image,
    ...command,
    ...['-c', `port=${request.port}`],
  ];
}
