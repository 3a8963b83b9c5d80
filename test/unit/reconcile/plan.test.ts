import { describe, expect, test } from 'vitest';
import type { PostmasterState } from '../../../src/postmaster/postmaster-state.ts';
import { type ObservedInstance, plan } from '../../../src/reconcile/plan.ts';

const settings = { text: 'new', sha256: 'sha-new' };
const manual = { settings, restartPolicy: 'manual', rememberedText: 'files', appliedText: 'images' } as const;
const automatic = { ...manual, restartPolicy: 'automatic' } as const;

/** Everything is as it is desired. */
const settled: ObservedInstance = {
  postmaster: 'accepting',
  appliedText: 'images',
  rememberedText: 'files',
  installedText: 'new',
  refusedSha256: undefined,
  loadedSha256: 'sha-new',
  announcedSha256: 'sha-new',
  restart: { isRequired: false, key: '[]', madeFor: undefined },
};

const restartRequired: ObservedInstance = {
  ...settled,
  restart: { isRequired: true, key: 'LD_LIBRARY_PATH', madeFor: undefined },
};

const remember = [{ kind: 'remember-applied', text: 'images' }];
const install = [{ kind: 'install-settings', settings }];
const start = [{ kind: 'start-postmaster' }];
const reload = [{ kind: 'reload', sha256: 'sha-new' }];
const restart = [{ kind: 'restart', key: 'LD_LIBRARY_PATH' }];

test('has nothing to do when all is as desired', () => {
  expect(plan(manual, settled)).toEqual([]);
  expect(plan(automatic, settled)).toEqual([]);
});

describe('what is applied', () => {
  test.each<[string, Partial<ObservedInstance>]>([
    ['before the text that puts it in force', { installedText: 'old' }],
    ['before the first start', { installedText: undefined, postmaster: 'stopped' }],
    ['before a start with the text that is there', { postmaster: 'stopped' }],
    ['before a reload', { loadedSha256: 'sha-old' }],
    ['while PostgreSQL starts', { postmaster: 'starting' }],
    ['when nothing else is to be done', {}],
  ])('is remembered %s', (_, observed) => {
    expect(plan(automatic, { ...settled, ...observed, appliedText: 'old images' })).toEqual(remember);
  });

  test('and could not be remembered keeps nothing from being done', () => {
    const desired = { ...manual, appliedText: undefined };
    const forgotten = { ...settled, appliedText: 'old images' };
    expect(plan(desired, forgotten)).toEqual([]);
    expect(plan(desired, { ...forgotten, installedText: 'old' })).toEqual(install);
    expect(plan(desired, { ...forgotten, postmaster: 'stopped' })).toEqual(start);
  });
});

describe('the text', () => {
  test.each<[string, Partial<ObservedInstance>]>([
    ['before the first start', { installedText: undefined, postmaster: 'stopped' }],
    ['before a reload', { installedText: 'old', loadedSha256: 'sha-old' }],
    ['before a restart', { installedText: 'old', restart: restartRequired.restart }],
    ['while PostgreSQL starts', { installedText: 'old', postmaster: 'starting' }],
    ['during a backoff, so that the next start has it', { installedText: 'old', postmaster: 'backoff' }],
    ['again when another text was refused', { installedText: 'old', refusedSha256: 'sha-other' }],
  ])('is installed %s', (_, observed) => {
    expect(plan(automatic, { ...settled, ...observed })).toEqual(install);
  });

  test('that was refused is neither installed nor loaded again', () => {
    const observed = { ...settled, installedText: 'old', loadedSha256: 'sha-old', refusedSha256: 'sha-new' };
    expect(plan(manual, observed)).toEqual([]);
  });

  test('that was refused does not keep PostgreSQL from starting with the one before', () => {
    const observed: ObservedInstance = {
      ...settled,
      installedText: 'old',
      refusedSha256: 'sha-new',
      postmaster: 'stopped',
    };
    expect(plan(manual, observed)).toEqual(start);
  });

  test('that was refused does not keep a restart from its reasons', () => {
    const observed = { ...restartRequired, installedText: 'old', loadedSha256: 'sha-old', refusedSha256: 'sha-new' };
    expect(plan(automatic, observed)).toEqual(restart);
  });
});

describe('PostgreSQL', () => {
  test('is started when it was never started', () => {
    expect(plan(manual, { ...settled, postmaster: 'stopped', loadedSha256: undefined })).toEqual(start);
  });

  const plans: Record<PostmasterState['kind'], readonly unknown[]> = {
    stopped: start,
    spawning: [],
    starting: [],
    recovering: [],
    accepting: reload,
    stopping: [],
    backoff: [],
    'held-up': [],
    ended: [],
  };

  test.each(Object.entries(plans))('with old settings and a restart to make, while %s: %o', (kind, expected) => {
    const postmaster = kind as PostmasterState['kind'];
    expect(plan(automatic, { ...restartRequired, postmaster, loadedSha256: 'sha-old' })).toEqual(expected);
  });
});

describe('a reload', () => {
  test('comes when a session has other settings in force, or none of ours', () => {
    expect(plan(manual, { ...settled, loadedSha256: 'sha-old' })).toEqual(reload);
    expect(plan(manual, { ...settled, loadedSha256: '' })).toEqual(reload);
  });

  test('goes by what was announced when there is no session to look with', () => {
    const blind = { ...settled, loadedSha256: undefined };
    expect(plan(manual, blind)).toEqual([]);
    expect(plan(manual, { ...blind, announcedSha256: 'sha-old' })).toEqual(reload);
    expect(plan(manual, { ...blind, announcedSha256: undefined })).toEqual(reload);
  });

  test('comes before a restart', () => {
    expect(plan(automatic, { ...restartRequired, loadedSha256: 'sha-old' })).toEqual(reload);
  });
});

describe('a restart', () => {
  const madeFor = (key: string): ObservedInstance => ({
    ...restartRequired,
    restart: { ...restartRequired.restart, madeFor: key },
  });

  test('is made when the policy is automatic', () => {
    expect(plan(automatic, restartRequired)).toEqual(restart);
  });

  test('is left to people when the policy is manual', () => {
    expect(plan(manual, restartRequired)).toEqual([]);
  });

  test('is not made again for what the one before did not clear', () => {
    expect(plan(automatic, madeFor('LD_LIBRARY_PATH'))).toEqual([]);
  });

  test('is made for other reasons', () => {
    expect(plan(automatic, madeFor('PATH'))).toEqual(restart);
  });
});

describe('the configuration in force', () => {
  const forgotten: ObservedInstance = { ...settled, rememberedText: undefined };

  test('is remembered when all else is done', () => {
    expect(plan(manual, forgotten)).toEqual([{ kind: 'remember-configuration', text: 'files' }]);
    expect(plan(manual, { ...forgotten, loadedSha256: 'sha-old' })).toEqual([{ kind: 'reload', sha256: 'sha-new' }]);
  });

  test('is not remembered while PostgreSQL is not up', () => {
    expect(plan(manual, { ...forgotten, postmaster: 'starting' })).toEqual([]);
  });
});
