import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refuseOlderLayout } from '../../../src/initialization/refuse-older-layout.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function volumeWith(cluster: string): string {
  const volume = temporaryFolder('volume');
  mkdirSync(join(volume, '18/docker'), { recursive: true });
  mkdirSync(join(volume, cluster), { recursive: true });
  writeFileSync(join(volume, cluster, 'PG_VERSION'), '17\n');
  return volume;
}

describe('an empty data folder in the layout of the official image', () => {
  test.each(['.', 'data', '17/docker'])('is refused beside a cluster of an older image in %s', (where) => {
    const volume = volumeWith(where);
    expect(() => refuseOlderLayout(join(volume, '18/docker'))).toThrow(
      `${join(volume, where)} has a cluster of PostgreSQL 17`,
    );
  });

  test('is taken when there is nothing of the kind', () => {
    expect(() => refuseOlderLayout(join(volumeWith('backup/of/mine'), '18/docker'))).not.toThrow();
    expect(() => refuseOlderLayout('/no/such/18/docker')).not.toThrow();
  });
});

test('an empty data folder anywhere else may have a cluster beside it', () => {
  expect(() => refuseOlderLayout(join(volumeWith('data'), 'new'))).not.toThrow();
});
