import { hasOption, optionValues } from './initdb-arguments.ts';
import type { NewCluster } from './new-cluster.ts';

/** https://www.postgresql.org/docs/18/auth-pg-hba-conf.html, those that can be used over the network. */
const hostMethods: ReadonlySet<string> = new Set([
  ...['trust', 'reject', 'scram-sha-256', 'md5', 'password', 'gss', 'sspi', 'ident', 'ldap', 'radius', 'cert', 'pam'],
  ...['bsd', 'oauth'],
]);

/** The reason, in one sentence, why no cluster can be made like this; undefined: there is none. */
export function refusalOfNewCluster(wanted: NewCluster, password: string | undefined): string | undefined {
  return wanted.problems[0] ?? refusalOfPassword(wanted, password) ?? refusalOfNames(wanted);
}

function refusalOfPassword(wanted: NewCluster, password: string | undefined): string | undefined {
  const method = wanted.hostAuthMethod;
  if (method !== undefined && (/[\r\n]/.test(method) || !hostMethods.has(firstWord(method)))) {
    return `POSTGRES_HOST_AUTH_METHOD is ${JSON.stringify(method)}, but pg_hba.conf knows these methods for hosts: ${[...hostMethods].join(', ')}.`;
  }
  if (password !== undefined && /[\r\n\0]/.test(password)) {
    return 'The password for the superuser has more than one line, and initdb would take only the first; set a password without line breaks.';
  }
  if (password === undefined && !hasPasswordOption(wanted) && !isTrusting(wanted)) {
    return `The data folder is empty and there is no password for the superuser "${wanted.superuser}": set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE (or --password-file) to a password, or POSTGRES_HOST_AUTH_METHOD=trust to let everybody who reaches the server in without one.`;
  }
  return undefined;
}

function refusalOfNames({ superuser, database, initdbArguments }: NewCluster): string | undefined {
  if (superuser.startsWith('pg_')) {
    return `The superuser cannot be called "${superuser}": names that begin with pg_ are PostgreSQL's own.`;
  }
  if (superuser.includes('"')) {
    return `The superuser cannot be called ${JSON.stringify(superuser)}: initdb cannot quote a name with a quotation mark in it.`;
  }
  const other = optionValues(initdbArguments, { long: ['username'], short: 'U' }).at(-1);
  if (other !== undefined && other !== superuser) {
    return `The arguments for initdb name the superuser "${other}", and it is to be "${superuser}"; give the name with POSTGRES_USER (or --superuser) alone.`;
  }
  const bad = [superuser, database].find((name) => /[\r\n\0]/.test(name));
  return bad === undefined ? undefined : `${JSON.stringify(bad)} cannot be a name: it has a line break in it.`;
}

/** Whoever comes over the network needs no password: said to us, or to initdb in its own words. */
export function isTrusting(wanted: NewCluster): boolean {
  if (wanted.hostAuthMethod !== undefined) return firstWord(wanted.hostAuthMethod) === 'trust';
  return optionValues(wanted.initdbArguments, { long: ['auth', 'auth-host'], short: 'A' }).at(-1) === 'trust';
}

/** Given to initdb itself. */
function hasPasswordOption({ initdbArguments }: NewCluster): boolean {
  return hasOption(initdbArguments, { long: ['pwfile'] });
}

function firstWord(text: string): string {
  return text.trim().split(/\s+/)[0] ?? '';
}
