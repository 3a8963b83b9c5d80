import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type ExtensionConfiguration,
  emptyConfiguration,
  type InstanceConfiguration,
} from '../../../src/configuration/instance-configuration.ts';
import { observeWorld, type Past, type World } from '../../../src/reconcile/observe-world.ts';
import type { InstanceOptions } from '../../../src/reconcile/options.ts';
import { type AppliedImages, nothingApplied } from '../../../src/removal/applied-images.ts';
import { anAppliedImage } from '../../support/a-leaving-image.ts';
import { options as anyOptions } from '../../support/a-snapshot.ts';
import { anImage } from '../../support/an-extension.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let options: InstanceOptions;

beforeEach(() => {
  const folder = temporaryFolder('world');
  const extensionsDirectory = join(folder, 'extensions');
  const dataDirectory = join(folder, 'data');
  mkdirSync(dataDirectory);
  writeFileSync(join(dataDirectory, 'postgresql.conf'), '');
  options = { ...anyOptions, dataDirectory, extensionsDirectory, binDirectory: layOutServer(join(folder, 'server')) };
  for (const name of ['a', 'b', 'c']) mount(name);
});

/** An image with one extension and one library of its own name. */
function mount(name: string): void {
  const image = join(options.extensionsDirectory, name);
  for (const one of ['share/extension', 'lib', 'system']) mkdirSync(join(image, one), { recursive: true });
  writeFileSync(join(image, 'share/extension', `${name}.control`), "default_version = '1.0'\n");
  // The first bytes tell whether PostgreSQL could load it.
  writeFileSync(join(image, 'lib', `${name}.so`), firstBytesOfProgram());
}

function firstBytesOfProgram(): Buffer {
  const descriptor = openSync('/proc/self/exe', 'r');
  try {
    const buffer = Buffer.alloc(4096);
    return buffer.subarray(0, readSync(descriptor, buffer));
  } finally {
    closeSync(descriptor);
  }
}

/** As much of a server as is needed to find its folders. */
function layOutServer(folder: string): string {
  for (const file of ['bin/postgres', 'share/extension/plpgsql.control', 'lib/plpgsql.so']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  return join(folder, 'bin');
}

function configured(...names: readonly string[]): readonly ExtensionConfiguration[] {
  return names.map((name) => anImage({ name, ldLibraryPath: ['system'] }).configuration);
}

function look(configuration: Partial<InstanceConfiguration>, past: Partial<Past> = {}): World {
  const none: Past = { applied: nothingApplied, findings: [], released: new Set() };
  return observeWorld({ ...emptyConfiguration, ...configuration }, options, { ...none, ...past });
}

function rolesOf({ images }: World): readonly string[] {
  return images.map(({ role, configuration: { name } }) => `${name} ${role}`);
}

/** What a manager with these images has remembered. */
function applied(names: readonly string[], preload: readonly string[] = []): AppliedImages {
  return look({ extensions: configured(...names), sharedPreloadLibraries: preload }).applied;
}

test('what is configured is what is to be remembered, with what it brings', () => {
  const world = look({ extensions: configured('a', 'b'), sharedPreloadLibraries: ['b', 'nowhere'] });
  expect(world.applied).toEqual({
    images: [
      anAppliedImage('a', {}, { ldLibraryPath: ['system'] }),
      anAppliedImage('b', {}, { ldLibraryPath: ['system'] }),
    ],
    preload: ['b'],
  });
  expect(world).toMatchObject({ leaving: [], preloadNamed: ['b', 'nowhere'] });
});

describe('an image that left the configuration', () => {
  const abc = ['a', 'b', 'c'];

  test('is held: all of it is as it was, at the same place', () => {
    const before = look({ extensions: configured(...abc), sharedPreloadLibraries: abc });
    const after = look(
      { extensions: configured('a', 'c'), sharedPreloadLibraries: ['a', 'c'] },
      { applied: before.applied },
    );
    expect(rolesOf(after)).toEqual(['a configured', 'b held', 'c configured']);
    expect(after.images.map(({ checked }) => checked.usable)).toEqual(
      before.images.map(({ checked }) => checked.usable),
    );
    expect(after.paths).toEqual(before.paths);
    expect(after.preload).toEqual(before.preload);
    expect(after.applied).toEqual(before.applied);
    expect(after).toMatchObject({
      preloadNamed: ['a', 'c'],
      leaving: [{ state: 'held', mountPath: `${options.extensionsDirectory}/b` }],
    });
  });

  test('is held also when it was the last one, with its library on a list that nobody sets any more', () => {
    const before = look({ extensions: configured('b'), sharedPreloadLibraries: ['b'] });
    const after = look({}, { applied: before.applied });
    expect(rolesOf(after)).toEqual(['b held']);
    expect([after.paths, after.preload, after.applied]).toEqual([before.paths, before.preload, before.applied]);
  });

  test('does not hide the image that takes its place under another name', () => {
    const before = applied(abc);
    renameSync(join(options.extensionsDirectory, 'b'), join(options.extensionsDirectory, 'old'));
    mount('b');
    const images = before.images.map((image) =>
      image.configuration.name === 'b' ? { ...image, configuration: { ...image.configuration, name: 'old' } } : image,
    );
    const world = look({ extensions: configured(...abc) }, { applied: { ...before, images } });
    expect(rolesOf(world)).toEqual(['a configured', 'b configured', 'c configured', 'old held']);
    expect(world.findings).toMatchObject([
      { reason: 'Shadowed', subject: 'extension/old' },
      { reason: 'Shadowed', subject: 'extension/old' },
    ]);
  });

  test('goes when it is released, with its library, and is not remembered', () => {
    const past = { applied: applied(abc, abc), released: new Set(['b']) };
    const world = look({ extensions: configured('a', 'c'), sharedPreloadLibraries: ['a', 'c'] }, past);
    expect(rolesOf(world)).toEqual(['a configured', 'c configured']);
    expect(world.preload?.libraries).toEqual(['a', 'c']);
    expect(world.leaving).toEqual([]);
    expect(world.applied).toEqual(applied(['a', 'c'], ['a', 'c']));
  });

  test('goes at once when somebody insists', () => {
    const world = look({ extensions: configured('a', 'c'), removal: 'force' }, { applied: applied(abc, ['b']) });
    expect(rolesOf(world)).toEqual(['a configured', 'c configured']);
    expect(world).toMatchObject({ leaving: [], preload: undefined, applied: applied(['a', 'c']) });
  });

  test.each(['missing', 'empty'])('is not held while its folder is %s, and is when it comes back', (state) => {
    const before = applied(abc, abc);
    const wish = { extensions: configured('a', 'c'), sharedPreloadLibraries: ['a', 'c'] };
    rmSync(join(options.extensionsDirectory, 'b'), { recursive: true });
    if (state === 'empty') mkdirSync(join(options.extensionsDirectory, 'b'));
    const gone = look(wish, { applied: before });
    expect(rolesOf(gone)).toEqual(['a configured', 'c configured']);
    expect(gone.preload).toMatchObject({ libraries: ['a', 'c'], findings: [] });
    expect(gone.leaving).toMatchObject([{ state: 'gone', applied: { provides: ['b'] } }]);
    expect(gone.applied).toEqual(before);
    mount('b');
    const back = look(wish, { applied: gone.applied });
    expect(rolesOf(back)).toEqual(['a configured', 'b held', 'c configured']);
    expect(back.preload?.libraries).toEqual(abc);
  });

  test('has its place taken by the configuration when it is named again', () => {
    const past = { applied: applied(abc) };
    const held = look({ extensions: configured('c', 'a') }, past);
    expect(rolesOf(held)).toEqual(['c configured', 'a configured', 'b held']);
    const again = look({ extensions: configured('b', 'a') }, { applied: held.applied });
    expect(rolesOf(again)).toEqual(['c held', 'b configured', 'a configured']);
  });
});

test('a library that was only taken off the list leaves it, its image being there or not', () => {
  const past = { applied: applied(['a', 'b'], ['a', 'b']) };
  const world = look({ extensions: configured('a', 'b'), sharedPreloadLibraries: ['a'] }, past);
  expect(world.preload?.libraries).toEqual(['a']);
  expect(world.applied.preload).toEqual(['a']);
});

test('an image that is configured and not mounted now is remembered with what it brought', () => {
  const before = applied(['a', 'b'], ['b']);
  rmSync(join(options.extensionsDirectory, 'b'), { recursive: true });
  const world = look({ extensions: configured('a', 'b'), sharedPreloadLibraries: ['b'] }, { applied: before });
  expect(world.applied).toEqual(before);
  expect(world.preload).toMatchObject({ libraries: [], findings: [{ reason: 'PreloadLibraryNotFound' }] });
});

test('what the server brings itself is known where there are images to compare it with', () => {
  const libraryDirectory = join(options.binDirectory, '../lib');
  const offer = { provides: ['plpgsql'], libraries: ['plpgsql.so'], libraryDirectory };
  expect(look({ extensions: configured('a') }).server).toEqual(offer);
  expect(look({}, { applied: applied(['a']) }).server).toEqual(offer);
  expect(look({}).server).toEqual({ provides: [], libraries: [], libraryDirectory });
});
