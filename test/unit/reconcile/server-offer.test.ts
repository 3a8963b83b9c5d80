import { expect, test } from 'vitest';
import { serverOffer } from '../../../src/reconcile/server-offer.ts';

const content = { kind: 'unreadable', cause: 'x' } as const;

test('the server brings its extensions and its libraries', () => {
  const controlFiles = ['plpgsql', 'plpgsql--1.0'].map((name) => ({
    name,
    path: `/share/extension/${name}.control`,
    auxiliary: name.includes('--'),
    content,
  }));
  expect(
    serverOffer(
      {
        controlFolder: { path: '/share', state: 'present', controlFiles },
        libraryFolder: { path: '/lib', state: 'present', libraries: ['plpgsql.so'], dangling: [] },
      },
      '/lib',
    ),
  ).toEqual({ provides: ['plpgsql'], libraries: ['plpgsql.so'], libraryDirectory: '/lib' });
});

test('folders that were not looked at, or are not there, bring nothing', () => {
  const nothing = { provides: [], libraries: [], libraryDirectory: undefined };
  expect(serverOffer({}, undefined)).toEqual(nothing);
  const libraryFolder = { path: '/lib', state: 'missing', missing: '/lib' } as const;
  expect(serverOffer({ libraryFolder }, undefined)).toEqual(nothing);
});
