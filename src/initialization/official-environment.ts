/** A value that can be given as it is, or by way of a file, as secrets are mounted. */
export type GivenValue =
  | { readonly kind: 'absent' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string; readonly variable: string };

/** The variables of the official image: https://github.com/docker-library/docs/tree/master/postgres */
export interface OfficialEnvironment {
  readonly user: GivenValue;
  readonly password: GivenValue;
  readonly database: GivenValue;
  readonly initdbArguments: GivenValue;
  readonly walDirectory: string | undefined;
  readonly hostAuthMethod: string | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as not set: that is how templates leave one out. `refused` is a sentence. */
export function parseOfficialEnvironment(environment: Variables): OfficialEnvironment | { readonly refused: string } {
  const names = ['POSTGRES_PASSWORD', 'POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_INITDB_ARGS'] as const;
  const twice = names.find((name) => textOf(environment, name) && textOf(environment, `${name}_FILE`));
  if (twice !== undefined) {
    return { refused: `Both ${twice} and ${twice}_FILE are set, and only one of them can be meant; unset the other.` };
  }
  return {
    password: given(environment, 'POSTGRES_PASSWORD'),
    user: given(environment, 'POSTGRES_USER'),
    database: given(environment, 'POSTGRES_DB'),
    initdbArguments: given(environment, 'POSTGRES_INITDB_ARGS'),
    walDirectory: textOf(environment, 'POSTGRES_INITDB_WALDIR'),
    hostAuthMethod: textOf(environment, 'POSTGRES_HOST_AUTH_METHOD'),
  };
}

function given(environment: Variables, name: string): GivenValue {
  const text = textOf(environment, name);
  if (text !== undefined) return { kind: 'text', text };
  const path = textOf(environment, `${name}_FILE`);
  return path === undefined ? { kind: 'absent' } : { kind: 'file', path, variable: `${name}_FILE` };
}

function textOf(environment: Variables, name: string): string | undefined {
  return environment[name] === '' ? undefined : environment[name];
}
