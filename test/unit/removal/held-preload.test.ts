import { expect, test } from 'vitest';
import { heldPreload } from '../../../src/removal/held-preload.ts';
import { aLeavingImage } from '../../support/a-leaving-image.ts';

const applied = ['one', 'geo', 'two'];

test('a library of a held image stays on the list at its place, though nobody names it any more', () => {
  expect(heldPreload({ named: ['one', 'two'], applied, leaving: [aLeavingImage('geo')] })).toEqual({
    wanted: applied,
    remembered: applied,
  });
});

test('a library that was only taken off goes, as was asked for', () => {
  expect(heldPreload({ named: ['one'], applied, leaving: [aLeavingImage('vector')] }).wanted).toEqual(['one']);
  expect(heldPreload({ named: ['one'], applied, leaving: [] }).wanted).toEqual(['one']);
});

test('a library of an image that is gone leaves the list, and is remembered for the day that it comes back', () => {
  expect(heldPreload({ named: ['one', 'two'], applied, leaving: [aLeavingImage('geo', {}, 'gone')] })).toEqual({
    wanted: ['one', 'two'],
    remembered: applied,
  });
});

test('nothing that was not on the list before comes onto it', () => {
  const leaving = [aLeavingImage('geo', { libraries: ['geo', 'geo_tools'] })];
  expect(heldPreload({ named: [], applied: ['geo'], leaving }).wanted).toEqual(['geo']);
  expect(heldPreload({ named: [], applied: [], leaving }).wanted).toEqual([]);
});

test('an absolute path into the image is of the image', () => {
  const path = '/extensions/geo/other/x.so';
  expect(heldPreload({ named: [], applied: [path], leaving: [aLeavingImage('geo')] }).wanted).toEqual([path]);
  expect(heldPreload({ named: [], applied: [path], leaving: [aLeavingImage('ge')] }).wanted).toEqual([]);
});

test('one library under two spellings is on the list once, as users write it now', () => {
  const leaving = [aLeavingImage('geo')];
  expect(heldPreload({ named: ['geo.so', 'two'], applied, leaving }).wanted).toEqual(['geo.so', 'two']);
  expect(heldPreload({ named: ['two'], applied: ['geo.so', 'two'], leaving }).wanted).toEqual(['geo.so', 'two']);
});
