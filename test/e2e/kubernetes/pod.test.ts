import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manifestPath, only, readManifests } from '../../integration/manifests/read-manifests.ts';
import { askOnce, askProbe } from './ask-probe.ts';
import { type OwnPodman, ownPodman, whyNoPodman } from './own-podman.ts';

const why = await whyNoPodman();
if (why !== undefined) console.log(`test:e2e: tests of docker/kubernetes skipped: ${why}`);

describe.skipIf(why !== undefined)('the manifests, as they are, under podman kube play', () => {
  const held: { own?: OwnPodman } = {};
  const podman: OwnPodman['podman'] = (...args) =>
    (held.own ?? expect.unreachable('there is no podman')).podman(...args);

  beforeAll(async () => {
    held.own = await ownPodman();
  });
  afterAll(() => held.own?.remove());

  // One story for each: a test begins where the one before has ended.
  describe.each(['pod.yaml', 'pod-stock-image.yaml'])('%s', (file) => {
    const manifests = readManifests(file);
    const pod = only('Pod', manifests);
    const container = pod.spec?.containers[0] ?? expect.unreachable('the Pod has no container');
    const id = `${pod.metadata?.name}-${container.name}`;
    const addresses = new Map<number, string>();
    const published = (port: number): string =>
      addresses.get(port) ?? expect.unreachable(`port ${port} is not published`);

    async function play(): Promise<void> {
      const ports = [5432, 8000, 9187];
      await podman(['kube', 'play', ...ports.map((port) => `--publish=127.0.0.1::${port}`), manifestPath(file)]);
      for (const port of ports)
        addresses.set(port, (await podman(['port', id, `${port}/tcp`])).stdout.split('\n')[0] ?? '');
    }
    const sql = async (statement: string): Promise<string> => {
      const psql = ['psql', '-U', 'postgres', '-v', 'ON_ERROR_STOP=1', '-qAtX', '-c', statement];
      return (await podman(['exec', id, ...psql])).stdout;
    };
    const { startupProbe, livenessProbe, readinessProbe } = container;

    test('is played, and its probes succeed in their order', async () => {
      await play();
      expect(await askProbe(container, startupProbe ?? {}, published)).toMatchObject({ result: 'success' });
      expect(await askProbe(container, readinessProbe ?? {}, published)).toMatchObject({ result: 'success' });
      expect(await askProbe(container, livenessProbe ?? {}, published)).toMatchObject({ result: 'success', times: 1 });
    });

    test('the extensions are there, from their images', async () => {
      expect(await sql('CREATE EXTENSION vector')).toBe('');
      expect(await sql('CREATE EXTENSION postgis')).toBe('');
      expect(await sql("SELECT '[1,2]'::vector <-> '[4,6]'")).toBe('5');
      expect(await sql("SELECT ST_AsText(ST_Transform('SRID=4326;POINT(10 50)'::geometry, 3857), 0)")).toBe(
        'POINT(1113195 6446276)',
      );
    });

    test('the server has what the ConfigMap says, and the status has no complaint', async () => {
      expect(await sql('SHOW shared_buffers')).toBe('256MB');
      const status = JSON.parse(await (await fetch(`http://${published(8000)}/status`)).text());
      expect(status).toMatchObject({ phase: 'Running', findings: [] });
      expect(await (await fetch(`http://${published(9187)}/metrics`)).text()).toMatch(
        /^pg_instance_manager_postgres_ready 1$/m,
      );
    });

    test('nobody gets in without the password of the Secret', async () => {
      const psql = ['psql', '-h', '127.0.0.1', '-U', 'postgres', '-qAtc', 'SELECT 1'];
      const connect = (password: string) => podman(['exec', '--env', `PGPASSWORD=${password}`, id, ...psql], false);
      const password = only('Secret', manifests).stringData?.['password'] ?? '';
      expect(await connect(password)).toMatchObject({ exitCode: 0, stdout: '1' });
      expect((await connect('not the password')).all).toMatch(/password authentication failed/);
    });

    test('it has no right that the manifest does not give', async () => {
      expect((await podman(['exec', id, 'id', '-u'])).stdout).toBe('26');
      const status = (await podman(['exec', id, 'cat', '/proc/1/status'])).stdout;
      expect(status).toMatch(/^CapEff:\s+0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      const write = await podman(['exec', id, 'touch', '/etc/x', '/opt/x', '/extensions/pgvector/x'], false);
      expect(write.all.match(/Read-only file system/g)).toHaveLength(3);
    });

    test('while PostgreSQL is restarted on request, liveness never fails and readiness does', async () => {
      const program = file === 'pod.yaml' ? 'pg-instance-manager' : '/controller/bin/pg-instance-manager';
      const restart = podman(['exec', id, program, 'restart']).then(() => 'done');
      const seen = { alive: true, unready: false };
      const over = restart.then(() => askProbe(container, readinessProbe ?? {}, published));
      for (let state = ''; state === ''; state = await Promise.race([over.then(({ result }) => result), pause()])) {
        seen.alive &&= (await askOnce(container, livenessProbe ?? {}, published)).ok;
        seen.unready ||= !(await askOnce(container, readinessProbe ?? {}, published)).ok;
      }
      expect({ ...seen, ...(await over) }).toMatchObject({ alive: true, unready: true, result: 'success' });
    });

    test('a stop ends PostgreSQL cleanly, with exit code 0', async () => {
      await sql('CREATE TABLE kept AS SELECT 42 AS answer');
      const startMs = performance.now();
      const { stdout: grace } = await podman(['inspect', '--format', '{{.Config.StopTimeout}}', id]);
      expect(Number(grace)).toBe(pod.spec?.terminationGracePeriodSeconds);
      await podman(['pod', 'stop', pod.metadata?.name ?? '']);
      expect(performance.now() - startMs).toBeLessThan(10_000);
      expect((await podman(['inspect', '--format', '{{.State.ExitCode}}', id])).stdout).toBe('0');
      expect((await podman(['logs', id])).all).toMatch(/database system is shut down/);
    });

    test('kube down, a data folder as fsGroup makes it, and kube play again: the data is kept', async () => {
      await podman(['kube', 'down', manifestPath(file)]);
      const claim = only('PersistentVolumeClaim', manifests).metadata?.name ?? '';
      expect((await podman(['volume', 'ls', '--quiet'])).stdout.split('\n')).toContain(claim);
      const asRoot = ['run', '--rm', '--user=0', `--volume=${claim}:/volume`, '--entrypoint=sh', container.image ?? ''];
      const script =
        'find /volume -type d -exec chmod g+rwxs {} +; chmod -R g+rw /volume; stat -c %a /volume/18/docker';
      expect((await podman([...asRoot, '-c', script])).stdout).toBe('2770');
      await play();
      expect(await askProbe(container, startupProbe ?? {}, published)).toMatchObject({ result: 'success' });
      expect(await sql('SELECT answer FROM kept')).toBe('42');
      expect((await podman(['exec', id, 'stat', '-c', '%a', '/var/lib/postgresql/18/docker'])).stdout).toMatch(
        /^2?7[05]0$/,
      );
      expect((await podman(['logs', id])).all).not.toMatch(/not properly shut down|automatic recovery/);
    });

    test('kube down while it runs takes no longer than a stop', async () => {
      const startMs = performance.now();
      await podman(['kube', 'down', manifestPath(file)]);
      expect(performance.now() - startMs).toBeLessThan(10_000);
      expect((await podman(['ps', '--all', '--quiet'])).stdout).toBe('');
      await podman(['volume', 'rm', '--all', '--force']);
    });
  });
});

async function pause(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 30));
  return '';
}
