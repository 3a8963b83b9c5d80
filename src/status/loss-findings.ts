import type { Finding } from '../lib/finding.ts';
import type { Losses } from './snapshot.ts';

/** What somebody has taken from under a server that goes on. Without its folder, the rest needs no word. */
export function lossFindings(losses: Losses | undefined): readonly Finding[] {
  if (losses === undefined) return [];
  const { isLockFileLost, lostSocket, lostDataFolder } = losses;
  const finding = (reason: Finding['reason'], message: string): Finding => ({
    ...{ severity: 'error', subject: 'postgres', reason, message },
  });
  if (lostDataFolder !== undefined) {
    return [
      finding(
        'DataFolderLost',
        `The data folder ${lostDataFolder} is gone, or empty: its volume is not mounted any more, or somebody has moved or removed it. PostgreSQL may go on for a while with the files that it has open, and cannot be started again; nothing is written for it. Mount the volume again.`,
      ),
    ];
  }
  return [
    ...(isLockFileLost
      ? [
          finding(
            'LockFileLost',
            'Somebody has removed postmaster.pid, or written something else into it, while PostgreSQL runs: it will end itself within a minute, as after a crash, and is then started again. Run "pg-instance-manager restart" to have it stopped in order before that; nothing but PostgreSQL may touch that file.',
          ),
        ]
      : []),
    ...(lostSocket === undefined
      ? []
      : [
          finding(
            'SocketLost',
            `The socket ${lostSocket} is gone, so nobody can connect through it, though PostgreSQL runs: it makes its socket only when it starts. Find out who removes files there, and run "pg-instance-manager restart".`,
          ),
        ]),
  ];
}
