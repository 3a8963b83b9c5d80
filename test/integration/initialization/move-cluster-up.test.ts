import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { initializedFolder, observeDataDirectory } from '../../../src/initialization/data-directory.ts';
import { moveClusterUp } from '../../../src/initialization/move-cluster-up.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const files = ['PG_VERSION', 'base/1/PG_VERSION', 'global/1260', 'global/pg_control', 'pg_hba.conf', 'postgresql.conf'];

/** A data folder with a cluster that was made and is not moved yet; each file holds its own name. */
function madeCluster(): string {
  const dataDirectory = temporaryFolder('move');
  for (const file of files) {
    const path = join(dataDirectory, initializedFolder, file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, file === 'PG_VERSION' ? '18\n' : file);
  }
  return dataDirectory;
}

/** The steps of a move, in its order, as renames from the one folder to the other. */
const steps: readonly ((dataDirectory: string) => void)[] = [
  (folder) =>
    renameSync(join(folder, initializedFolder, 'global/pg_control'), join(folder, initializedFolder, 'pg_control')),
  ...['base', 'global', 'pg_hba.conf', 'postgresql.conf', 'PG_VERSION'].map(
    (entry) => (folder: string) => renameSync(join(folder, initializedFolder, entry), join(folder, entry)),
  ),
  (folder) => renameSync(join(folder, initializedFolder, 'pg_control'), join(folder, 'global/pg_control')),
];

function expectWhole(dataDirectory: string): void {
  for (const file of files) {
    expect(readFileSync(join(dataDirectory, file), 'utf8')).toBe(file === 'PG_VERSION' ? '18\n' : file);
  }
  expect(readdirSync(dataDirectory)).not.toContain(initializedFolder);
  expect(observeDataDirectory(dataDirectory)).toEqual({ kind: 'cluster', major: 18 });
}

describe('a move of a new cluster', () => {
  test('leaves a whole cluster', () => {
    const dataDirectory = madeCluster();
    moveClusterUp(dataDirectory);
    expectWhole(dataDirectory);
  });

  test.each(steps.map((_, index) => index + 1))(
    'that was cut off after step %i is finished by the next start',
    (done) => {
      const dataDirectory = madeCluster();
      for (const step of steps.slice(0, done)) step(dataDirectory);
      expect(observeDataDirectory(dataDirectory)).toEqual({ kind: 'half-moved' });
      // PostgreSQL itself does not start on what is not whole.
      expect(existsSync(join(dataDirectory, 'global/pg_control'))).toBe(done === steps.length);
      moveClusterUp(dataDirectory);
      expectWhole(dataDirectory);
    },
  );

  test('that was cut off when all was done but the folder is finished, too', () => {
    const dataDirectory = madeCluster();
    moveClusterUp(dataDirectory);
    mkdirSync(join(dataDirectory, initializedFolder));
    moveClusterUp(dataDirectory);
    expectWhole(dataDirectory);
    expect(() => rmdirSync(join(dataDirectory, initializedFolder))).toThrow('ENOENT');
  });

  test.each(['postgresql.conf', 'PG_VERSION', 'base'])('replaces nothing that is there already: %s', (entry) => {
    const dataDirectory = madeCluster();
    writeFileSync(join(dataDirectory, entry), 'mine');
    expect(() => moveClusterUp(dataDirectory)).toThrow(join(dataDirectory, entry));
    expect(readFileSync(join(dataDirectory, entry), 'utf8')).toBe('mine');
  });
});
