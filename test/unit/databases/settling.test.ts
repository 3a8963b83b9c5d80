import { expect, test } from 'vitest';
import { settling } from '../../../src/databases/settling.ts';
import { aDatabasesWish, aDeclaration } from '../../support/a-database.ts';
import { aLeavingImage } from '../../support/a-leaving-image.ts';

function aSettling() {
  const time = { ms: 0 };
  return { time, looks: settling(() => time.ms) };
}

const leaving = () => aDatabasesWish({ leaving: [aLeavingImage('hstore')] });

test('the same wish is put off until all was looked at, and remembered', () => {
  const { looks } = aSettling();
  expect(looks.putsOff(leaving(), leaving())).toBe(false);
  looks.begin();
  expect(looks.putsOff(leaving(), leaving())).toBe(true);
  expect(looks.end()).toBe(true);
  expect(looks.end()).toBe(false);
  expect(looks.putsOff(leaving(), leaving())).toBe(false);
});

test('another wish is never put off, nor one that lets nothing go', () => {
  const { looks } = aSettling();
  looks.begin();
  expect(looks.putsOff(leaving(), { ...leaving(), declarations: [aDeclaration({ name: 'new' })] })).toBe(false);
  expect(looks.putsOff(leaving(), { ...leaving(), circumstances: 'another postmaster' })).toBe(false);
  expect(looks.putsOff(leaving(), aDatabasesWish())).toBe(false);
  expect(looks.putsOff(aDatabasesWish(), aDatabasesWish())).toBe(false);
  expect(looks.end()).toBe(false);
});

test('a look that takes minutes puts nothing off for more than five', () => {
  const { looks, time } = aSettling();
  looks.begin();
  time.ms = 299_999;
  looks.goOn();
  expect(looks.putsOff(leaving(), leaving())).toBe(true);
  time.ms = 300_000;
  expect(looks.putsOff(leaving(), leaving())).toBe(false);
});

test('what goes on after its end can put off again', () => {
  const { looks } = aSettling();
  looks.goOn();
  expect(looks.putsOff(leaving(), leaving())).toBe(true);
});

test('what all have said counts for five seconds more', () => {
  const { looks, time } = aSettling();
  looks.begin();
  looks.end();
  looks.linger();
  time.ms = 4_999;
  expect(looks.putsOff(leaving(), leaving())).toBe(true);
  time.ms = 5_000;
  expect(looks.putsOff(leaving(), leaving())).toBe(false);
});
