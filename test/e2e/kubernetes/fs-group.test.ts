import { randomBytes } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { type Container, startContainer } from '../support/container.ts';
import { engine } from '../support/engine-command.ts';
import { images } from '../support/images.ts';

const fsGroup = 4711;

/**
 * What Kubernetes does with a volume of a Pod that has an fsGroup: all of it belongs to that group, which may read and
 * write, and new files come to the group, too. Returns the mode of the data folder, if there is one.
 * https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
 */
async function mountAsKubernetesDoes(volume: string): Promise<string> {
  const script = `
    chgrp -R ${fsGroup} /volume && chmod -R g+rw /volume && find /volume -type d -exec chmod g+rwxs {} + &&
    if [ -d /volume/18/docker ]; then stat -c %a /volume/18/docker; fi`;
  const flags = ['run', '--rm', '--user', '0', '--volume', `${volume}:/volume`, '--entrypoint', 'sh'];
  return (await engine([...flags, images.base, '-c', script])).stdout;
}

/** A new disk: the folder of root that every file system has in it, and nothing else. */
async function newVolume(): Promise<string> {
  const volume = `pgim-e2e-${randomBytes(4).toString('hex')}`;
  const { label } = inject('laboratory');
  await engine(['volume', 'create', '--label', label, volume]);
  const script = 'chown 0:0 /volume && chmod 755 /volume && mkdir -m 700 /volume/lost+found';
  const flags = ['run', '--rm', '--user', '0', '--volume', `${volume}:/volume`, '--entrypoint', 'sh'];
  await engine([...flags, images.base, '-c', script]);
  return volume;
}

const dataMode = async (container: Container): Promise<string> =>
  (await container.exec(['stat', '-c', '%u %a', '/var/lib/postgresql/18/docker'])).stdout;

test.each(['26:26', '12345:12345'])('user %s, a volume with an fsGroup: PostgreSQL starts each time', async (user) => {
  const volume = await newVolume();
  const flags = [
    ...['--user', user, '--group-add', String(fsGroup), '--read-only', '--cap-drop', 'ALL'],
    ...['--tmpfs', '/run/postgresql:mode=1777', '--tmpfs', '/tmp'],
    ...['--mount', `type=volume,source=${volume},target=/var/lib/postgresql,volume-nocopy`],
  ];
  const uid = user.split(':')[0];
  expect(await mountAsKubernetesDoes(volume)).toBe('');
  {
    await using first = await startContainer({ flags });
    await first.ready();
    await first.sql('CREATE TABLE kept AS SELECT 42 AS answer');
    expect(await dataMode(first)).toMatch(new RegExp(`^${uid} 2?700$`));
    expect(await first.stop()).toMatchObject({ exitCode: 0 });
  }
  for (const turn of ['second', 'third']) {
    expect(await mountAsKubernetesDoes(volume)).toBe('2770');
    await using later = await startContainer({ flags });
    await later.ready();
    expect({ turn, answer: await later.sql('SELECT answer FROM kept') }).toEqual({ turn, answer: '42' });
    expect(await dataMode(later)).toBe(`${uid} 750`);
    const mended = (await later.log()).filter(({ msg }) => msg === 'the mode of the data folder was mended');
    expect(mended).toMatchObject([{ from: '2770', to: '0750' }]);
    expect(await later.stop()).toMatchObject({ exitCode: 0 });
  }
  await engine(['volume', 'rm', volume]);
});
