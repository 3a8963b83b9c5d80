import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IPod } from 'kubernetes-models/v1/Pod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { askProbe } from '../kubernetes/ask-probe.ts';
import { type OwnPodman, ownPodman, whyNoPodman } from '../kubernetes/own-podman.ts';
import { manifests, shipped } from './rendered-manifests.ts';

const why = await whyNoPodman();
if (why !== undefined) console.log(`test:e2e: tests of rendered Pods skipped: ${why}`);

const local = {
  postgres: 'ghcr.io/cloudnative-pg/postgresql:18-minimal-trixie',
  pgvector: 'ghcr.io/cloudnative-pg/pgvector:0.8.6-18-trixie',
  postgis: 'ghcr.io/cloudnative-pg/postgis-extension:3.6.4-18-trixie',
};
const managerImage = 'localhost/pg-instance-manager:manager';

describe.skipIf(why !== undefined)('a Pod that was rendered from manifests, under podman kube play', () => {
  const held: { own?: OwnPodman } = {};
  const podman: OwnPodman['podman'] = (...args) =>
    (held.own ?? expect.unreachable('there is no podman')).podman(...args);
  const file = join(temporaryFolder('rendered'), 'pod.yaml');
  const id = 'cluster-example-postgres';

  beforeAll(async () => {
    held.own = await ownPodman();
    writeFileSync(file, await shipped(['render', 'pod', '--manager-image', managerImage], manifests(local)));
  });
  afterAll(() => held.own?.remove());

  test('is played, gets ready, and has what the Database declares', async () => {
    await podman(['kube', 'play', '--publish=127.0.0.1::8000', file]);
    const address = (await podman(['port', id, '8000/tcp'])).stdout.split('\n')[0] ?? '';
    const documents: readonly unknown[] = parseAllDocuments(
      (await shipped(['render', 'pod'], manifests(local))).trimEnd(),
    ).map((one) => one.toJS());
    const pod = documents.find((one): one is IPod => (one as { kind: string }).kind === 'Pod');
    const container = pod?.spec?.containers[0] ?? expect.unreachable('there is no Pod');
    expect(await askProbe(container, container.startupProbe ?? {}, () => address)).toMatchObject({ result: 'success' });
    const sql = async (statement: string) =>
      (await podman(['exec', id, 'psql', '-U', 'postgres', '-d', 'app', '-qAtX', '-c', statement], false)).stdout;
    await expect.poll(() => sql("SELECT '[1,2]'::vector <-> '[4,6]'"), { timeout: 60_000 }).toBe('5');
    await expect.poll(() => sql('SELECT postgis_lib_version() IS NOT NULL'), { timeout: 60_000 }).toBe('t');
    expect(
      (await podman(['exec', id, 'touch', '/extensions/pgvector/x', '/manager/x', '/x'], false)).all.match(
        /Read-only file system/g,
      ),
    ).toHaveLength(3);
  });
});
