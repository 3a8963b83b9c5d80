import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

const names = ['garbage', 'dangling', 'huge', 'pipe', 'loop', 'crowd', 'odd'] as const;

faultTest({
  name: 'Images with garbage, dangling links, pipes, loops and files of megabytes harm themselves and no other extension',
  says: [/ControlFileUnreadable/],
  ends: 'stopped',
  instance: {
    images: ['hstore'],
    configuration: `extensions: [${['hstore', ...names].map((name) => `{ name: ${name} }`).join(', ')}]\n`,
  },
  run: async (day) => {
    const file = (image: (typeof names)[number], path: string): string => {
      const full = join(day.place.extensionsDirectory, image, path);
      mkdirSync(join(full, '..'), { recursive: true });
      return full;
    };
    for (const name of names) {
      for (const folder of ['share/extension/x', 'lib/x']) file(name, folder);
    }
    const control = "default_version = '1.0'\nmodule_pathname = 'garbage'\n";
    writeFileSync(file('garbage', 'share/extension/garbage.control'), control);
    writeFileSync(
      file('garbage', 'share/extension/garbage--1.0.sql'),
      "CREATE FUNCTION g() RETURNS int LANGUAGE c AS 'MODULE_PATHNAME', 'g';",
    );
    writeFileSync(file('garbage', 'lib/garbage.so'), Buffer.alloc(100_000, day.lots.between(1, 255)));
    symlinkSync('/nowhere/x.control', file('dangling', 'share/extension/dangling.control'));
    symlinkSync('nowhere.so', file('dangling', 'lib/dangling.so'));
    writeFileSync(file('huge', 'share/extension/huge.control'), '# x\n'.repeat(2_500_000));
    execFileSync('mkfifo', [file('pipe', 'share/extension/pipe.control'), file('pipe', 'lib/pipe.so')]);
    symlinkSync('loop.control', file('loop', 'share/extension/loop.control'));
    symlinkSync('.', file('loop', 'lib/again'));
    for (let count = 0; count < 20_000; count += 1) symlinkSync('x', file('crowd', `lib/${count}.so`));
    writeFileSync(Buffer.from(`${file('odd', 'share/extension/odd')}\n\xff.control`, 'latin1'), control);
    const { running } = await day.start();
    const load = await day.load();
    await running.sql('CREATE EXTENSION hstore');
    expect(await running.sql('SELECT count(*) > 20 AS ok FROM pg_available_extensions')).toEqual([{ ok: true }]);
    const { findings, postgres } = await running.status();
    for (const name of ['dangling', 'huge', 'pipe', 'loop']) {
      expect(findings.map(({ subject }) => subject)).toContain(`extension/${name}`);
    }
    await expect(running.sql('CREATE EXTENSION garbage')).rejects.toThrow(/could not load library|invalid ELF header/);
    expect(postgres).toMatchObject({ ready: true, starts: 1, crashes: 0, crashRestarts: 0 });
    await load.progress(20);
    expect(load.ledger().lostSessions).toBe(0);
  },
});
