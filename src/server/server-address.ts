import type { PostmasterPid } from '../postmaster/postmaster-pid.ts';

/** Host and port as the running postmaster itself wrote them down; undefined until it did. */
export function addressFromPostmasterPid(
  pid: PostmasterPid,
): { readonly host: string; readonly port: number } | undefined {
  if (pid.port === undefined || pid.listenAddress === undefined) return undefined;
  if (pid.socketDirectory !== undefined && pid.socketDirectory !== '') {
    return { host: pid.socketDirectory, port: pid.port };
  }
  return tcpFromPostmasterPid(pid);
}

/** Undefined: it has a socket alone, or did not say yet. */
export function tcpFromPostmasterPid(pid: PostmasterPid): { readonly host: string; readonly port: number } | undefined {
  if (pid.port === undefined || pid.listenAddress === undefined || pid.listenAddress === '') return undefined;
  const everywhere = pid.listenAddress === '*' || pid.listenAddress === '0.0.0.0' || pid.listenAddress === '::';
  return { host: everywhere ? 'localhost' : pid.listenAddress, port: pid.port };
}
