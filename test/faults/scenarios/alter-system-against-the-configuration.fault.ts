import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

const names = ['extension_control_path', 'dynamic_library_path', 'shared_preload_libraries', 'work_mem'] as const;

faultTest({
  name: 'ALTER SYSTEM against the two paths, the preload list and a parameter is named for each, and RESET brings the configuration back, over a restart too',
  says: [
    /The value of extension_control_path .* is overridden by ALTER SYSTEM .*; take it back with ALTER SYSTEM RESET extension_control_path/,
    /The value of dynamic_library_path .* is overridden by ALTER SYSTEM/,
    /The value of work_mem .* is overridden by ALTER SYSTEM/,
  ],
  ends: 'stopped',
  instance: {
    configuration: `parameters: { work_mem: 5MB }
extensions: [{ name: hstore }, { name: pg_stat_statements }]
shared_preload_libraries: [pg_stat_statements]
`,
    images: ['hstore', 'pg_stat_statements'],
  },
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    const values = names.map((name) => `current_setting('${name}') AS ${name}`).join(', ');
    const good = await running.sql(`SELECT ${values}`);
    await running.sql("ALTER SYSTEM SET extension_control_path = '$system'");
    await running.sql("ALTER SYSTEM SET dynamic_library_path = '$libdir'");
    await running.sql("ALTER SYSTEM SET shared_preload_libraries = 'nowhere'");
    await running.sql("ALTER SYSTEM SET work_mem = '9MB'");
    await running.sql('SELECT pg_reload_conf()');
    const overridden = await running.waitFor(
      ({ findings }) => findings.filter(({ reason }) => reason === 'ParameterOverridden').length === 3,
    );
    expect(overridden.findings.map(({ reason }) => reason)).toContain('PreloadLibraryNotFound');
    expect(overridden.configuration.state).toBe('pending');
    await load.progress(30);
    expect(load.ledger().lostSessions).toBe(0);
    await running.stop();

    // A library that is nowhere would keep PostgreSQL from starting.
    const { running: next } = await day.start({ unready: true });
    await next.waitFor(
      ({ postgres, findings }) => postgres.ready && findings.some(({ reason }) => reason === 'ParameterOverridden'),
      20_000,
    );
    const [preloaded] = await next.sql('SHOW shared_preload_libraries');
    expect(preloaded).toEqual({ shared_preload_libraries: expect.stringMatching(/^.*pg_stat_statements[^,]*$/) });
    for (const name of names) await next.sql(`ALTER SYSTEM RESET ${name}`);
    await next.sql('SELECT pg_reload_conf()');
    await next.waitFor(({ configuration, findings }) => configuration.state === 'applied' && findings.length === 0);
    // The path of the library is as good as its name until the next start.
    const mended = await next.sql(`SELECT ${values}`);
    expect(mended).toEqual(good.map((row) => ({ ...row, ...preloaded })));
    await load.progress(30);
  },
});
