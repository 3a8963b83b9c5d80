import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

const crashing = '__attribute__((constructor)) static void crash(void) { __builtin_trap(); }';

faultTest({
  name: "With --strict, a preload library that crashes is tried as often as --max-crashes says, and then PostgreSQL's code is the manager's",
  says: [/PostgreSQL ended without being asked to/, /"to":"ended".*SIGILL.*PostgreSQL ended without being asked to/],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load(2);
    await running.stop();
    const folder = join(day.place.extensionsDirectory, 'crashing');
    mkdirSync(join(folder, 'lib'), { recursive: true });
    mkdirSync(join(folder, 'share/extension'), { recursive: true });
    writeFileSync(join(day.place.folder, 'crashing.c'), crashing);
    execFileSync('gcc', [
      '-shared',
      '-fPIC',
      '-o',
      join(folder, 'lib/crashing.so'),
      join(day.place.folder, 'crashing.c'),
    ]);
    day.place.writeConfiguration('extensions: [{ name: crashing }]\nshared_preload_libraries: [crashing]\n');
    const { running: doomed } = await day.start({ unready: true, flags: ['--strict', '--max-crashes', '3'] });
    const { postgres } = await doomed.waitFor(({ phase }) => phase === 'CrashBackoff', 20_000);
    expect(postgres).toMatchObject({ ready: false, lastExit: { code: 132, signal: 'SIGILL' } });
    expect((await doomed.get('/healthz')).statusCode).toBe(200);
    expect(await doomed.exited).toEqual({ code: 132, signal: null });
    expect(doomed.output().match(/"to":"starting"/g)).toHaveLength(4);
    day.place.writeConfiguration('');
    rmSync(folder, { recursive: true });
    await day.start();
    await load.progress(20);
  },
});
