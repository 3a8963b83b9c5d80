import type { Clock } from '../lib/clock.ts';
import type { PostmasterPid } from '../postmaster/postmaster-pid.ts';
import { type PostmasterState, runningPid } from '../postmaster/postmaster-state.ts';
import type { ServerAddress } from '../server/connection.ts';
import type { Losses } from '../status/snapshot.ts';

export interface LossPorts {
  readonly clock: Clock;
  readonly dataDirectory: string;
  /** Nothing is there, as opposed to something that cannot be looked at. */
  readonly isGone: (path: string) => boolean;
}

/** A server that ends removes its files a moment before. */
const lostAfterMs = 1_500;

type Place = Pick<ServerAddress, 'host' | 'port'>;

/** Notices what somebody has taken from under a server that accepts connections. */
export function lossWatch(ports: LossPorts) {
  const held: { lockFileAtMs: number | undefined; socketAtMs: number | undefined } = {
    lockFileAtMs: undefined,
    socketAtMs: undefined,
  };
  const since = (isLost: boolean, beforeMs: number | undefined): number | undefined =>
    isLost ? (beforeMs ?? ports.clock.now()) : undefined;
  const isLong = (sinceMs: number | undefined): boolean =>
    sinceMs !== undefined && ports.clock.now() - sinceMs >= lostAfterMs;

  return (
    state: PostmasterState,
    lockFile: Pick<PostmasterPid, 'pid'> | undefined,
    place: Place | undefined,
  ): Losses => {
    const isAccepting = state.kind === 'accepting';
    held.lockFileAtMs = since(isAccepting && lockFile?.pid !== runningPid(state), held.lockFileAtMs);
    const socket = place?.host.startsWith('/') === true ? `${place.host}/.s.PGSQL.${place.port}` : undefined;
    held.socketAtMs = since(isAccepting && socket !== undefined && ports.isGone(socket), held.socketAtMs);
    return {
      isLockFileLost: isLong(held.lockFileAtMs),
      lostSocket: isLong(held.socketAtMs) ? socket : undefined,
      lostDataFolder: ports.isGone(`${ports.dataDirectory}/PG_VERSION`) ? ports.dataDirectory : undefined,
    };
  };
}
