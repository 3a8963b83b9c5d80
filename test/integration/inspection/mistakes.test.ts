import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../../support/throwaway-postgres.ts';
import { breakages, filesOf } from '../../survey/breakages.ts';
import { check, findIn, imageOf, sound } from './image-of.ts';

let server: ThrowawayPostgres;

beforeAll(async () => {
  server = await startThrowawayPostgres();
});

afterAll(() => server.stop());

/** What CREATE EXTENSION says, in a session of its own. */
async function create(image: string, version = ''): Promise<string> {
  const client = await clientOf(server);
  try {
    await client.query(`${findIn(image)} BEGIN; CREATE EXTENSION sound${version}; ROLLBACK;`);
    return 'created';
  } catch (error) {
    return String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The server recovers from the crash of a session. */
async function clientOf(throwaway: ThrowawayPostgres): Promise<pg.Client> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await throwaway.client();
    } catch (error) {
      if (attempt > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

test('an image that has no mistake is created by PostgreSQL, and nothing is said of it', async () => {
  const image = imageOf(sound);
  expect(await create(image)).toBe('created');
  expect(await check(image)).toEqual([]);
});

/** What needs libraries of the system, and what is a mistake only without VERSION, or with a new glibc. */
const elsewhere = /system|soname|library-of-server|no-default-version|executable-stack/;

test.each(breakages.filter(({ name }) => !elsewhere.test(name)))(
  '$name: PostgreSQL does not create the extension, and that is told before',
  async ({ apply }) => {
    const image = imageOf(sound);
    apply(filesOf(image));
    expect(await create(image)).not.toBe('created');
    const findings = await check(image);
    expect(findings.filter(({ severity }) => severity === 'error')).not.toEqual([]);
  },
);

test('an executable stack is a mistake where the loader of this machine says so, and nowhere else', async () => {
  const image = imageOf(sound);
  breakages.find(({ name }) => name === 'executable-stack')?.apply(filesOf(image));
  const said = await create(image);
  const findings = await check(image);
  if (said === 'created') expect(findings).toEqual([]);
  else
    expect([said, findings]).toMatchObject([
      expect.stringContaining('executable stack'),
      [{ reason: 'LibraryDamaged' }],
    ]);
});

test('without a default version CREATE EXTENSION works with VERSION only, which is worth a warning', async () => {
  const image = imageOf({ ...sound, control: sound.control.slice(1) });
  expect(await create(image)).toContain('version to install must be specified');
  expect(await create(image, " VERSION '1.0'")).toBe('created');
  expect(await check(image)).toMatchObject([{ severity: 'warning', reason: 'ScriptMissing' }]);
});
