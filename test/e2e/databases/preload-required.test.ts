import { expect, test } from 'vitest';
import { startContainer } from '../support/container.ts';
import { extensionImage } from '../support/images.ts';
import { extensionOf, hasReason, isApplied } from './database-status.ts';
import { prove } from './one-statement-each.ts';

const audited = ['pgaudit', 'timescaledb'];

function configuration(preload: readonly string[]): string {
  return JSON.stringify({
    extensions: [{ name: 'pgaudit' }, { name: 'timescaledb-oss' }, { name: 'pgvector' }],
    shared_preload_libraries: preload,
    databases: [{ name: 'app', extensions: [...audited, 'vector'].map((name) => ({ name })) }],
  });
}

test('without their preload entries, pgaudit and timescaledb say what to add; a restart later they are there by themselves', async () => {
  await using container = await startContainer({
    extensions: {
      ...{ pgaudit: extensionImage('pgaudit'), 'timescaledb-oss': extensionImage('timescaledb-oss') },
      pgvector: extensionImage('pgvector'),
    },
    configuration: configuration([]),
  });
  for (const name of audited) await container.waitFor(hasReason('app', name, 'PreloadRequired'), 60_000);
  const before = await container.status();
  for (const name of audited) {
    const toDo = `The extension ${name} of the database app cannot be created: its library ${name} has to be there from the start of the server; add ${name} to shared_preload_libraries and restart PostgreSQL.`;
    expect(extensionOf(before, 'app', name)).toMatchObject({ applied: false, installedVersion: null, message: toDo });
    expect(before.findings).toContainEqual({
      ...{ severity: 'error', reason: 'PreloadRequired', subject: 'database/app', message: toDo },
    });
  }
  expect(extensionOf(before, 'app', 'vector')).toMatchObject({ applied: true, reason: null });
  expect(before).toMatchObject({ phase: 'Running', postgres: { ready: true, crashes: 0 } });

  container.writeConfiguration(configuration(audited));
  const waiting = await container.waitFor(({ restartRequired }) => restartRequired.required);
  expect(extensionOf(waiting, 'app', 'pgaudit').reason).toBe('PreloadRequired');
  const restart =
    'it is in shared_preload_libraries already, but the server was started without it: restart PostgreSQL';
  await container.waitFor((status) => extensionOf(status, 'app', 'pgaudit').message?.includes(restart) === true);

  expect(await container.exec(['pg-instance-manager', 'restart'])).toMatchObject({ exitCode: 0 });
  const { findings } = await container.waitFor(isApplied('app'));
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  for (const name of [...audited, 'vector']) await prove(container, 'app', name);
});
