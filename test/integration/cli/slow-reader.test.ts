import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { program } from '../../support/running-manager.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { postgresBinDir } from '../../support/throwaway-postgres.ts';

test('a reader who is slow gets all of a long answer, also when the exit code says that something is wrong', async () => {
  const image = join(temporaryFolder('many'), 'many');
  mkdirSync(join(image, 'share/extension'), { recursive: true });
  for (let number = 0; number < 800; number += 1) {
    writeFileSync(join(image, `share/extension/e${number}.control`), "default_version = '1.0'\n");
  }
  const command = `"$0" "$1" check -o json --bin-dir "$2" "$3"; echo "exit code $?" >&2`;
  const shell = ['-c', `{ ${command}; } | { sleep 2; cat; }`, process.execPath, program, postgresBinDir(), image];
  const { stdout, stderr } = await execa('sh', shell);
  expect(stdout.length).toBeGreaterThan(200_000);
  expect(JSON.parse(stdout).images[0].findings).toHaveLength(800);
  expect(stderr).toContain('exit code 1');
});
