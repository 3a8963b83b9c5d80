import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DatabaseDeclaration, ExtensionDeclaration } from '../../../src/configuration/database-declaration.ts';
import { itemText } from '../../../src/databases/database-action.ts';
import type { DatabaseCatalog, InstalledExtension } from '../../../src/databases/database-catalog.ts';
import type { DatabasePlan, PlannedAction } from '../../../src/databases/database-plan.ts';
import { neededUpdateTargets, planExtensions } from '../../../src/databases/plan-extensions.ts';
import type { AvailableExtension, ServerCatalog } from '../../../src/databases/server-catalog.ts';
import {
  aDatabaseCatalog,
  aDeclaration,
  aDeclaredSchema,
  anAvailableExtension,
  anInstalledExtension,
  aServerCatalog,
} from '../../support/a-database.ts';
import { type SimulatedDatabase, simulatedDatabase, type UpdateScripts } from '../../support/simulated-database.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const versions = ['1', '2', '3'] as const;

interface World {
  readonly server: ServerCatalog;
  readonly catalog: DatabaseCatalog;
  readonly scripts: UpdateScripts;
  readonly declaration: DatabaseDeclaration;
}

const someNames = fc.subarray([...names], { maxLength: 2 });
const controls = fc
  .record({
    requires: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: someNames }),
    schema: fc.constantFrom(undefined, undefined, undefined, 'fixed'),
    relocatable: fc.boolean(),
  })
  .map((control) => (control.schema === undefined ? control : { ...control, relocatable: false }));

const availables: fc.Arbitrary<readonly AvailableExtension[]> = fc
  .tuple(
    ...names.map((name) =>
      fc.option(
        fc
          .tuple(fc.dictionary(fc.constantFrom(...versions), controls, { minKeys: 1 }), fc.constantFrom('1', '2', '3'))
          .map(([offered, defaultVersion]) => anAvailableExtension(name, offered, { defaultVersion })),
        { nil: undefined, freq: 6 },
      ),
    ),
  )
  .map((all) => all.filter((one) => one !== undefined));

const scripts: fc.Arbitrary<UpdateScripts> = fc
  .tuple(
    ...names.map(() =>
      fc.array(fc.tuple(fc.constantFrom(...versions), fc.constantFrom(...versions)), { maxLength: 4 }),
    ),
  )
  .map((all) => new Map(all.map((pairs, index) => [names[index] ?? '', pairs])));

const installations: fc.Arbitrary<readonly InstalledExtension[]> = fc
  .tuple(
    ...names.map((name) =>
      fc.option(
        fc
          .record({
            version: fc.constantFrom(...versions, 'old'),
            schema: fc.constantFrom('public', 'one'),
            relocatable: fc.boolean(),
          })
          .map((traits) => anInstalledExtension(name, traits)),
        { nil: undefined },
      ),
    ),
  )
  .map((all) => all.filter((one) => one !== undefined));

const declarations: fc.Arbitrary<readonly ExtensionDeclaration[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...names),
    ensure: fc.constantFrom('present', 'present', 'present', 'absent'),
    version: fc.constantFrom(undefined, undefined, ...versions),
    schema: fc.constantFrom(undefined, undefined, 'public', 'one', 'declared', 'fixed', 'nowhere', 'pg_catalog'),
    update: fc.constantFrom('manual', 'default'),
    cascade: fc.boolean(),
  }),
  { selector: ({ name }) => name, maxLength: names.length },
);

const worlds: fc.Arbitrary<World> = fc
  .record({ available: availables, scripts, installed: installations, extensions: declarations })
  .map(({ available, installed, extensions, ...others }) => {
    const server = aServerCatalog({ available });
    const schemas = new Map(['public', 'one', 'pg_catalog'].map((name) => [name, 'postgres']));
    const catalog = aDatabaseCatalog({ extensions: complete(installed, server), schemas });
    const declaration = aDeclaration({ extensions, schemas: [aDeclaredSchema('declared')] });
    return { server, catalog, declaration, ...others };
  });

/** Nothing is installed in PostgreSQL without what it requires. */
function complete(installed: readonly InstalledExtension[], server: ServerCatalog): readonly InstalledExtension[] {
  const there = new Set(installed.map(({ name }) => name));
  const kept = installed.filter(({ name, version }) =>
    (server.available.get(name)?.versions.get(version)?.requires ?? []).every((required) => there.has(required)),
  );
  return kept.length === installed.length ? kept : complete(kept, server);
}

function planFor({ server, declaration }: World, database: SimulatedDatabase): DatabasePlan {
  const known = {
    declaration,
    database: declaration.name,
    server,
    catalog: database.catalog(),
    images: [],
    missingLibraries: new Map(),
  };
  const needed = neededUpdateTargets(known).map(({ extension }) => extension);
  return planExtensions({
    ...known,
    updateTargets: new Map(needed.map((extension) => [extension, database.updateTargets(extension)])),
  });
}

/** As the loop does it: schemas before moves and creations, and nothing after what failed. Returns the refusals. */
function carryOut(plan: DatabasePlan, database: SimulatedDatabase): ReadonlyMap<PlannedAction, string> {
  const refusals = new Map<PlannedAction, string>();
  const failed = new Set<string>();
  for (const planned of plan.actions) {
    const { action, item, after } = planned;
    if (action.kind === 'create-extension' || action.kind === 'move-extension') database.createSchema('declared');
    const refusal = [item, ...after].some((one) => failed.has(itemText(one))) ? 'waits' : database.apply(action);
    if (refusal === undefined) continue;
    failed.add(itemText(item));
    refusals.set(planned, refusal);
  }
  return refusals;
}

function start({ server, catalog, scripts: updateScripts }: World): SimulatedDatabase {
  return simulatedDatabase(server, catalog, updateScripts);
}

/** Until a plan holds nothing but what was refused before. */
function settle(world: World, database: SimulatedDatabase): { readonly plan: DatabasePlan; readonly rounds: number } {
  for (let rounds = 0; rounds < 8; rounds += 1) {
    const plan = planFor(world, database);
    if (plan.actions.length === carryOut(plan, database).size) return { plan, rounds };
  }
  throw new Error('it never settles');
}

test('PostgreSQL refuses nothing of a plan but to drop what something undeclared depends on', () => {
  fc.assert(
    fc.property(worlds.map(withoutCircles), (world) => {
      const database = start(world);
      const declared = new Set(world.declaration.extensions.map(({ name }) => name));
      for (let round = 0; round < 3; round += 1) {
        for (const [{ action }, refusal] of carryOut(planFor(world, database), database)) {
          expect({ refusal, kind: action.kind }).toEqual({ refusal, kind: 'drop-extension' });
          const dependents = /^(.*) depends on/.exec(refusal)?.[1]?.split(',') ?? [];
          if (refusal !== 'waits') expect(dependents.filter((name) => !declared.has(name))).not.toEqual([]);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

/** Extensions that require each other are dropped in no order, only by CASCADE. */
function withoutCircles(world: World): World {
  const available = [...world.server.available.values()].map((extension) => ({
    ...extension,
    versions: new Map(
      [...extension.versions].map(([version, control]) => [
        version,
        { ...control, requires: control.requires.filter((required) => required < extension.name) },
      ]),
    ),
  }));
  return { ...world, server: aServerCatalog({ available }) };
}

test('the plan of a plan that was carried out is empty, but for what PostgreSQL refused', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const database = start(world);
      const { rounds } = settle(world, database);
      expect(rounds).toBeLessThanOrEqual(4);
    }),
    { numRuns: 2_000 },
  );
});

test('nothing undeclared is touched, unless cascade: true takes it along', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const database = start(world);
      const { extensions } = world.declaration;
      const declared = new Map(extensions.map((declaration) => [declaration.name, declaration]));
      for (const { action } of planFor(world, database).actions) {
        expect(declared.has('extension' in action ? action.extension : '')).toBe(true);
        if (action.kind === 'drop-extension') expect(declared.get(action.extension)?.ensure).toBe('absent');
      }
      settle(world, database);
      const [before, now] = [world.catalog.extensions, database.catalog().extensions];
      const mayVanish = extensions.some(({ ensure, cascade }) => ensure === 'absent' && cascade);
      const mayCome = extensions.some(({ ensure, cascade }) => ensure === 'present' && cascade);
      for (const name of ['plpgsql', ...names].filter((one) => !declared.has(one))) {
        if (before.has(name) && !(mayVanish && (mayCome || !now.has(name))))
          expect(now.get(name)).toEqual(before.get(name));
        if (!before.has(name) && !mayCome) expect(now.has(name)).toBe(false);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('an action comes after all that it waits for, and what is due has actions, and nothing else has', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const plan = planFor(world, start(world));
      const done = new Set(['schema/declared']);
      for (const { item, after } of plan.actions) {
        for (const other of after) expect(done).toContain(itemText(other));
        done.add(itemText(item));
      }
      done.delete('schema/declared');
      const due = plan.items.filter(({ verdict }) => verdict.kind === 'due').map(({ item }) => itemText(item));
      expect(new Set(due)).toEqual(done);
      expect(plan.items.map(({ item }) => item.name)).toEqual(world.declaration.extensions.map(({ name }) => name));
    }),
    { numRuns: 2_000 },
  );
});

test('what is in place is as declared', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const database = start(world);
      const { plan } = settle(world, database);
      for (const [index, { verdict }] of plan.items.entries()) {
        const declared = world.declaration.extensions[index];
        if (verdict.kind !== 'in-place' || declared === undefined) continue;
        const installed = database.catalog().extensions.get(declared.name);
        expect(installed !== undefined).toBe(declared.ensure === 'present');
        if (installed === undefined) continue;
        if (declared.version !== undefined) expect(installed.version).toBe(declared.version);
        if (declared.schema !== undefined) expect(installed.schema).toBe(declared.schema);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('every message is one sentence that names the database and the extension', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      for (const { item, verdict } of planFor(world, start(world)).items) {
        const message = verdict.kind === 'due' ? undefined : verdict.remark?.message;
        if (message !== undefined)
          expect(message).toMatch(new RegExp(`^The extension ${item.name} of the database app .*[^.]\\.$`));
      }
    }),
    { numRuns: 1_000 },
  );
});
