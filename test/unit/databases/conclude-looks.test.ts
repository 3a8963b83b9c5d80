import { describe, expect, test } from 'vitest';
import { concludeLooks, findingsMeanwhile, type LookedDatabase } from '../../../src/databases/conclude-looks.ts';
import type { DatabasesWish, ImageOffer } from '../../../src/databases/databases-wish.ts';
import { reportUnseen } from '../../../src/databases/report-database.ts';
import type { DatabaseRow, ServerCatalog } from '../../../src/databases/server-catalog.ts';
import {
  aDatabaseCatalog,
  aDatabaseRow,
  aDatabasesWish,
  anInstalledExtension,
  aServerCatalog,
} from '../../support/a-database.ts';
import { aLeavingImage } from '../../support/a-leaving-image.ts';

const wish = aDatabasesWish({
  leaving: [aLeavingImage('pgvector', { provides: ['vector'], libraries: ['vector.so'] })],
});
const withVector = aDatabaseCatalog({ extensions: [anInstalledExtension('vector')] });

function looked(
  seenFor: DatabasesWish | undefined,
  catalog: LookedDatabase['catalog'] = aDatabaseCatalog(),
): LookedDatabase {
  const remark = { reason: 'CannotConnect', message: 'Nobody is let in.' } as const;
  return { report: reportUnseen('app', undefined, undefined, { applied: false, remark }), wish: seenFor, catalog };
}

function conclude(
  looks: Readonly<Record<string, LookedDatabase>>,
  databases: readonly DatabaseRow[] = [aDatabaseRow('app')],
  changes: { readonly wish?: DatabasesWish; readonly server?: Partial<Pick<ServerCatalog, 'slots'>> } = {},
) {
  const server = aServerCatalog({ databases, ...changes.server });
  const { free, findings } = concludeLooks(changes.wish ?? wish, server, new Map(Object.entries(looks)));
  return { free: [...free], findings: findings.map(({ reason, message }) => ({ reason, message })) };
}

describe('an image that left', () => {
  test('is free when every database was looked into for this wish, and none uses it', () => {
    expect(conclude({ app: looked(wish) })).toEqual({ free: ['pgvector'], findings: [] });
  });

  test('is held for a database that uses it, by name', () => {
    const { free, findings } = conclude({ app: looked(wish, withVector) });
    expect(free).toEqual([]);
    expect(findings).toMatchObject([{ reason: 'RemovalBlocked', message: expect.stringContaining('database app') }]);
  });

  test('is held until every database was looked into', () => {
    const { free, findings } = conclude({ app: looked(wish) }, [aDatabaseRow('app'), aDatabaseRow('shop')]);
    expect(free).toEqual([]);
    expect(findings[0]?.message).toContain('shop (it was not reached yet');
  });

  test('is held when a database was looked into for another wish: then the look may be older than the change', () => {
    expect(conclude({ app: looked(aDatabasesWish({ leaving: wish.leaving })) }).free).toEqual([]);
    expect(conclude({ app: looked(undefined) }).free).toEqual([]);
  });

  test('is held when a database lets nobody in, and the reason is told', () => {
    const { report } = looked(wish);
    const { free, findings } = conclude({ app: { report, wish, catalog: undefined } });
    expect(free).toEqual([]);
    expect(findings[0]?.message).toContain('Nobody is let in');
  });

  test('does not wait for template0, nor for what an interrupted DROP DATABASE has left behind', () => {
    const others = [
      aDatabaseRow('template0', { allowsConnections: false }),
      aDatabaseRow('bad', { connectionLimit: -2 }),
    ];
    expect(conclude({ app: looked(wish) }, [aDatabaseRow('app'), ...others]).free).toEqual(['pgvector']);
  });

  test('waits for a database that accepts no connections', () => {
    const databases = [aDatabaseRow('app'), aDatabaseRow('closed', { allowsConnections: false })];
    expect(conclude({ app: looked(wish) }, databases).free).toEqual([]);
  });

  test('is held for a database that is gone no longer', () => {
    expect(conclude({ app: looked(wish), gone: looked(wish, withVector) }).free).toEqual(['pgvector']);
  });

  test('is held for a replication slot', () => {
    const slots = [{ name: 'feed', plugin: 'vector', database: 'app' }];
    expect(conclude({ app: looked(wish) }, undefined, { server: { slots } }).free).toEqual([]);
  });

  test('is held for an entry of the preload list that users name', () => {
    const preload = { running: [], desired: [], named: ['vector'] };
    const named = { ...wish, preload };
    expect(conclude({ app: looked(named) }, undefined, { wish: named }).free).toEqual([]);
    const held = { ...wish, preload: { ...preload, desired: ['vector'], named: [] } };
    expect(conclude({ app: looked(held) }, undefined, { wish: held }).free).toEqual(['pgvector']);
  });

  test('is free although it is used, when something that stays brings the same; what is only held does not count', () => {
    const offer: ImageOffer = {
      name: 'pgvector-new',
      role: 'configured',
      provides: ['vector'],
      libraries: ['vector.so'],
      controlPath: [],
    };
    const free = (others: Partial<DatabasesWish>) => {
      const changed = { ...wish, ...others };
      return conclude({ app: looked(changed, withVector) }, undefined, { wish: changed }).free;
    };
    expect(free({ images: [offer] })).toEqual(['pgvector']);
    expect(free({ images: [{ ...offer, role: 'held' }] })).toEqual([]);
    expect(free({ server: { provides: ['vector'], libraries: ['vector.so'] } })).toEqual(['pgvector']);
  });
});

test('nothing follows when no image is to go', () => {
  expect(conclude({}, undefined, { wish: aDatabasesWish() })).toEqual({ free: [], findings: [] });
});

describe('while the databases are looked at for the next wish', () => {
  const { findings } = concludeLooks(
    wish,
    aServerCatalog({ databases: [aDatabaseRow('app')] }),
    new Map([['app', looked(wish, withVector)]]),
  );

  test('what was said of an image that is still to go stays, so that no finding comes and goes in every round', () => {
    expect(findings).toHaveLength(1);
    expect(findingsMeanwhile(findings, aDatabasesWish({ leaving: wish.leaving }))).toEqual(findings);
  });

  test('nothing is said of an image that has gone, or that is configured again', () => {
    const others = aDatabasesWish({ leaving: [aLeavingImage('postgis')] });
    for (const next of [aDatabasesWish({}), others]) expect(findingsMeanwhile(findings, next)).toEqual([]);
  });
});
