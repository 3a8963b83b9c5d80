import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startContainer } from '../support/container.ts';
import { extensionImage } from '../support/images.ts';
import { databaseOf, extensionOf, isApplied } from './database-status.ts';

/** A folder as the kubelet makes it of a ConfigMap: each file is a link through `..data`, which is swapped. */
function configMap(files: Readonly<Record<string, string>>) {
  const folder = join(temporaryFolder('e2e'), 'config-map');
  mkdirSync(folder, { mode: 0o755 });
  const held = { generation: 0 };
  const swap = (next: Readonly<Record<string, string>>): void => {
    held.generation += 1;
    const name = `..2026_${held.generation}`;
    mkdirSync(join(folder, name), { mode: 0o755 });
    for (const [file, text] of Object.entries(next)) writeFileSync(join(folder, name, file), text, { mode: 0o644 });
    symlinkSync(name, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    if (held.generation > 1) rmSync(join(folder, `..2026_${held.generation - 1}`), { recursive: true });
  };
  swap(files);
  for (const file of Object.keys(files)) symlinkSync(`..data/${file}`, join(folder, file));
  return { folder, swap };
}

function databaseDocument(extensions: string): string {
  return `apiVersion: postgresql.cnpg.io/v1
kind: Database
metadata:
  name: cluster-example-app
spec:
  name: app
  owner: postgres
  cluster:
    name: cluster-example
  databaseReclaimPolicy: retain
  schemas:
    - name: geometry
      owner: postgres
  extensions:
${extensions}`;
}

test('a Database of CloudNativePG that lies beside instance.yaml in a ConfigMap is carried out, and so is a change of it', async () => {
  const instance = 'extensions: [{ name: pgvector }]\n';
  const { folder, swap } = configMap({
    'instance.yaml': instance,
    'app.yaml': databaseDocument('    - name: vector\n      ensure: present\n      schema: geometry\n'),
  });
  await using container = await startContainer({
    configurationFolder: folder,
    extensions: { pgvector: extensionImage('pgvector') },
  });
  const made = await container.waitFor(isApplied('app'), 60_000);
  expect(made.findings).toEqual([]);
  expect(databaseOf(made, 'app').schemas).toMatchObject([{ name: 'geometry', applied: true }]);
  expect(extensionOf(made, 'app', 'vector')).toMatchObject({ applied: true, schema: 'geometry' });

  const extensions = '    - name: vector\n      ensure: absent\n    - name: hstore\n';
  swap({ 'instance.yaml': instance, 'app.yaml': databaseDocument(extensions) });
  await container.waitFor((status) =>
    databaseOf(status, 'app').extensions.some(({ name, applied }) => name === 'hstore' && applied === true),
  );
  await container.waitFor(isApplied('app'));
  expect(await container.sql("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'", 'app')).toBe('hstore');
});
