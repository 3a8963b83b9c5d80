import { expect, test } from 'vitest';
import { startContainer } from '../support/container.ts';

test('a backend that hits the memory limit: PostgreSQL recovers, the manager lives and tells the truth', async () => {
  await using container = await startContainer({
    flags: ['--memory', '256m', '--memory-swap', '256m'],
    configuration: 'parameters: { shared_buffers: 32MB }',
  });
  const before = await container.ready();
  await container.sql(['CREATE TABLE kept (id int)', 'INSERT INTO kept SELECT generate_series(1, 1000)']);

  const greedy = "SELECT length(string_agg(repeat('x', 1000), '')) FROM generate_series(1, 800000)";
  expect(await container.sqlError(greedy)).toContain('server closed the connection unexpectedly');

  const after = await container.waitFor(({ postgres }) => postgres.crashRestarts === 1 && postgres.ready);
  expect(after.manager).toEqual(before.manager);
  expect(after.postgres).toMatchObject({ pid: before.postgres.pid, starts: 1, crashes: 0 });
  expect(after.phase).toBe('Running');
  expect(await container.sql('SELECT count(*) FROM kept')).toBe('1000');
  expect((await container.log()).map(({ msg }) => msg)).toContainEqual(
    expect.stringMatching(/\(PID \d+\) was terminated by signal 9: Killed/),
  );
  expect(await container.stop()).toMatchObject({ exitCode: 0 });
});
