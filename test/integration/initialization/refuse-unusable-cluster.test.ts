import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refuseUnusableCluster } from '../../../src/initialization/refuse-unusable-cluster.ts';
import { createDataDirectory } from '../../support/throwaway-postgres.ts';

const inProduction = 6;

/** The fourth field of pg_control. */
function setState(dataDirectory: string, state: number): void {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(state);
  const file = openSync(join(dataDirectory, 'global/pg_control'), 'r+');
  writeSync(file, bytes, 0, 4, 16);
  closeSync(file);
}

test('a cluster that was shut down is used', () => {
  const made = createDataDirectory();
  expect(() => refuseUnusableCluster(made.dataDirectory)).not.toThrow();
  made.remove();
});

test('a backup_label in a folder that was shut down is left from elsewhere, so that one is refused with 78', () => {
  const made = createDataDirectory();
  writeFileSync(join(made.dataDirectory, 'backup_label'), 'START WAL LOCATION: 0/1 (file 000000010000000000000001)\n');
  expect(() => refuseUnusableCluster(made.dataDirectory)).toThrow(
    expect.objectContaining({ exitCode: 78, message: expect.stringContaining('backup_label away') }),
  );
  made.remove();
});

test.each(['recovery.signal', 'standby.signal'])('unless %s says that it is to be recovered', (signal) => {
  const made = createDataDirectory();
  for (const name of ['backup_label', signal]) writeFileSync(join(made.dataDirectory, name), '');
  expect(() => refuseUnusableCluster(made.dataDirectory)).not.toThrow();
  made.remove();
});

test('a backup of a server that ran is used, as it always was', () => {
  const made = createDataDirectory();
  writeFileSync(join(made.dataDirectory, 'backup_label'), '');
  setState(made.dataDirectory, inProduction);
  expect(() => refuseUnusableCluster(made.dataDirectory)).not.toThrow();
  made.remove();
});
