import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

const crash = '__attribute__((constructor)) static void crash(void) { __builtin_trap(); }';

faultTest({
  name: 'A preload library that crashes every start is left out after the second one, and PostgreSQL is there without it',
  says: [/"reason":"SafeMode".*library crashing/, /PostgreSQL ended without being asked to/],
  ends: 'stopped',
  lacks: () => (spawnSync('gcc', ['--version']).status === 0 ? undefined : 'there is no gcc'),
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    for (const folder of ['lib', 'share/extension']) {
      mkdirSync(join(day.place.extensionsDirectory, 'crashing', folder), { recursive: true });
    }
    const source = join(day.place.folder, 'crash.c');
    writeFileSync(source, crash);
    execFileSync('gcc', [
      '-shared',
      '-fPIC',
      '-o',
      join(day.place.extensionsDirectory, 'crashing/lib/crashing.so'),
      source,
    ]);
    day.place.writeConfiguration('extensions: [{ name: crashing }]\nshared_preload_libraries: [crashing]\n');
    await running.waitFor(({ restartRequired }) => restartRequired.required, 15_000);
    await day.wait(0, 300);
    expect(await day.place.command('restart')).toMatchObject({ exitCode: 70 });
    const { findings, postgres } = await running.waitFor(
      (status) => status.postgres.ready && status.findings.some(({ reason }) => reason === 'SafeMode'),
      30_000,
    );
    expect(findings).toContainEqual(expect.objectContaining({ reason: 'SafeMode', subject: 'library/crashing' }));
    expect(postgres.crashes).toBe(2);
    await load.progress(50);
    day.place.writeConfiguration('extensions: [{ name: crashing }]\n');
    await running.waitFor((status) => !status.findings.some(({ reason }) => reason === 'SafeMode'), 15_000);
    expect((await running.status()).restartRequired).toMatchObject({ required: false });
  },
});
