import { expect, test } from 'vitest';
import { lossFindings } from '../../../src/status/loss-findings.ts';
import { nothingLost } from '../../../src/status/snapshot.ts';

test('nothing is said when nothing is lost, or nobody has looked yet', () => {
  expect(lossFindings(nothingLost)).toEqual([]);
  expect(lossFindings(undefined)).toEqual([]);
});

test('a socket that is gone is named, and what brings it back', () => {
  expect(lossFindings({ ...nothingLost, lostSocket: '/run/postgresql/.s.PGSQL.5432' })).toEqual([
    {
      severity: 'error',
      reason: 'SocketLost',
      subject: 'postgres',
      message: expect.stringMatching(/\/run\/postgresql\/\.s\.PGSQL\.5432 is gone.*pg-instance-manager restart/),
    },
  ]);
});

test('of a data folder that is gone, that alone is said: the lock file is in it', () => {
  const losses = { isLockFileLost: true, lostSocket: '/run/.s.PGSQL.5432', lostDataFolder: '/data' };
  expect(lossFindings(losses).map(({ reason, severity }) => [reason, severity])).toEqual([['DataFolderLost', 'error']]);
});
