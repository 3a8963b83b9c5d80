import { expect, test } from 'vitest';
import { attemptLedger, wishOf } from '../../../src/databases/attempt-ledger.ts';
import type { DatabaseAction } from '../../../src/databases/database-action.ts';
import type { DatabasePlan, Remark } from '../../../src/databases/database-plan.ts';

const vector = { kind: 'extension', name: 'vector' } as const;
const action: DatabaseAction = { kind: 'drop-extension', extension: 'vector', cascade: false };
const remark: Remark = { reason: 'StatementFailed', message: 'no' };
const wish = wishOf([action], 'settings');

function aLedger() {
  const time = { nowMs: 0 };
  return { ledger: attemptLedger(() => time.nowMs), time };
}

test('what failed is held back until its time has come', () => {
  const { ledger, time } = aLedger();
  ledger.failed('app', vector, wish, remark);
  expect(ledger.objection('app', 'settings')(vector, [action])).toBe(remark);
  time.nowMs = 999;
  expect(ledger.objection('app', 'settings')(vector, [action])).toBe(remark);
  time.nowMs = 1_000;
  expect(ledger.objection('app', 'settings')(vector, [action])).toBeUndefined();
});

test('each failure doubles the pause, up to a minute', () => {
  const { ledger, time } = aLedger();
  const pauses = Array.from({ length: 9 }, () => {
    ledger.failed('app', vector, wish, remark);
    const pause = (ledger.nextTryMs() ?? 0) - time.nowMs;
    time.nowMs += pause;
    return pause;
  });
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('another statement, other circumstances, another item and another database do not wait', () => {
  const { ledger } = aLedger();
  ledger.failed('app', vector, wish, remark);
  const cascading: DatabaseAction = { ...action, cascade: true };
  expect(ledger.objection('app', 'settings')(vector, [cascading])).toBeUndefined();
  expect(ledger.objection('app', 'other settings')(vector, [action])).toBeUndefined();
  expect(ledger.objection('app', 'settings')({ ...vector, name: 'hstore' }, [action])).toBeUndefined();
  expect(ledger.objection('shop', 'settings')(vector, [action])).toBeUndefined();
});

test('nothing waits when somebody asks', () => {
  const { ledger } = aLedger();
  ledger.failed('app', vector, wish, remark);
  ledger.hurry();
  expect(ledger.objection('app', 'settings')(vector, [action])).toBeUndefined();
});

test('what is due is told once, until it fails again', () => {
  const { ledger, time } = aLedger();
  ledger.failed('app', vector, wish, remark);
  expect(ledger.takeDue()).toEqual([]);
  time.nowMs = 1_000;
  expect(ledger.takeDue()).toMatchObject([{ database: 'app', item: vector }]);
  expect(ledger.takeDue()).toEqual([]);
  expect(ledger.nextTryMs()).toBeUndefined();
  ledger.failed('app', vector, wish, remark);
  expect(ledger.nextTryMs()).toBe(3_000);
});

test('what is in place after all, or not wanted any more, is forgotten, but not how often it failed', () => {
  const { ledger } = aLedger();
  const inPlace: DatabasePlan = {
    items: [{ item: vector, verdict: { kind: 'in-place', remark: undefined } }],
    actions: [],
  };
  ledger.failed('app', vector, wish, remark);
  ledger.settle('app', 'inside', inPlace);
  expect(ledger.nextTryMs()).toBeUndefined();
  ledger.failed('app', vector, wish, remark);
  ledger.settle('app', 'inside', { items: [], actions: [] });
  expect(ledger.nextTryMs()).toBeUndefined();
  expect(ledger.failures()).toEqual([{ database: 'app', item: 'extension/vector', count: 2 }]);
});

test('a look into a database says nothing about the database as such', () => {
  const { ledger } = aLedger();
  ledger.failed('app', { kind: 'database', name: 'app' }, wish, remark);
  ledger.settle('app', 'inside', { items: [], actions: [] });
  expect(ledger.nextTryMs()).toBe(1_000);
});

test('a database that is gone is forgotten, also in what is counted', () => {
  const { ledger, time } = aLedger();
  ledger.failed('app', vector, wish, remark);
  ledger.failed('shop', vector, wish, remark);
  ledger.keepOnly(new Set(['shop']));
  time.nowMs = 1_000;
  expect(ledger.takeDue()).toMatchObject([{ database: 'shop' }]);
  expect(ledger.failures()).toMatchObject([{ database: 'shop', count: 1 }]);
});
