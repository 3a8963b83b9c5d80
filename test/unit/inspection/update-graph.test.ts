import { expect, test } from 'vitest';
import { creationOf, parseUpdateGraph, reachableFrom, strandedVersions } from '../../../src/inspection/update-graph.ts';

const files = ['hll--1.0.sql', 'hll--1.0--1.1.sql', 'hll--1.1--1.2.sql', 'hll--2.0.sql', 'hllx--9.sql', 'hll.control'];
const graph = parseUpdateGraph('hll', files);

test('a script creates a version or leads from one to another', () => {
  expect([...graph.installable]).toEqual(['1.0', '2.0']);
  expect([...graph.steps].map(([from, to]) => [from, ...to])).toEqual([
    ['1.0', '1.1'],
    ['1.1', '1.2'],
  ]);
});

test('a name with a third double dash is passed over, and versions may have dashes of their own', () => {
  expect(parseUpdateGraph('a', ['a--1--2--3.sql'])).toEqual({ installable: new Set(), steps: new Map() });
  expect(parseUpdateGraph('a', ['a--1.4-1--1.5.sql', 'a--1.4-1.sql'])).toEqual({
    installable: new Set(['1.4-1']),
    steps: new Map([['1.4-1', new Set(['1.5'])]]),
  });
});

test('a version that steps lead to is made by the fewest of them', () => {
  expect(creationOf('hll', graph, '1.2')).toEqual(['hll--1.0.sql', 'hll--1.0--1.1.sql', 'hll--1.1--1.2.sql']);
  expect(creationOf('hll', graph, '2.0')).toEqual(['hll--2.0.sql']);
  expect(creationOf('hll', graph, '3.0')).toBeUndefined();
  const shortcut = parseUpdateGraph('hll', [...files, 'hll--1.0--1.2.sql']);
  expect(creationOf('hll', shortcut, '1.2')).toEqual(['hll--1.0.sql', 'hll--1.0--1.2.sql']);
});

test('a circle of steps is walked once', () => {
  const circle = parseUpdateGraph('a', ['a--1.sql', 'a--1--2.sql', 'a--2--1.sql']);
  expect([...reachableFrom(circle, ['1'])]).toEqual(['1', '2']);
  expect(creationOf('a', circle, '2')).toEqual(['a--1.sql', 'a--1--2.sql']);
});

test('versions are left behind from which nothing leads to the default, newer ones apart', () => {
  expect(strandedVersions(graph, '1.2')).toEqual(['2.0']);
  expect(strandedVersions(graph, '1.1')).toEqual(['2.0']);
  expect(strandedVersions(graph, '2.0')).toEqual(['1.0', '1.1', '1.2']);
});
