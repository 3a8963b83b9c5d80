import { expect, test } from 'vitest';
import { settling } from '../../../src/databases/settling.ts';
import { aDatabasesWish, aDeclaration } from '../../support/a-database.ts';

function aSettling() {
  const time = { ms: 0 };
  return { time, looks: settling(() => time.ms) };
}

test('the same wish is put off until all was looked at, and remembered', () => {
  const { looks } = aSettling();
  expect(looks.putsOff(aDatabasesWish(), aDatabasesWish())).toBe(false);
  looks.begin();
  expect(looks.putsOff(aDatabasesWish(), aDatabasesWish())).toBe(true);
  expect(looks.end()).toBe(true);
  expect(looks.end()).toBe(false);
  expect(looks.putsOff(aDatabasesWish(), aDatabasesWish())).toBe(false);
});

test('another wish is never put off, nor the first one', () => {
  const { looks } = aSettling();
  looks.begin();
  expect(looks.putsOff(aDatabasesWish(), aDatabasesWish({ declarations: [aDeclaration({ name: 'new' })] }))).toBe(
    false,
  );
  expect(looks.putsOff(aDatabasesWish(), aDatabasesWish({ circumstances: 'another postmaster' }))).toBe(false);
  expect(looks.putsOff(undefined, aDatabasesWish())).toBe(false);
  expect(looks.end()).toBe(false);
});

test('a look that takes minutes puts nothing off for more than half a minute', () => {
  const { looks, time } = aSettling();
  looks.begin();
  time.ms = 29_999;
  looks.goOn();
  expect(looks.putsOff(aDatabasesWish(), aDatabasesWish())).toBe(true);
  time.ms = 30_000;
  expect(looks.putsOff(aDatabasesWish(), aDatabasesWish())).toBe(false);
});

test('what goes on after its end can put off again', () => {
  const { looks } = aSettling();
  looks.goOn();
  expect(looks.putsOff(aDatabasesWish(), aDatabasesWish())).toBe(true);
});
