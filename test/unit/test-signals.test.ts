import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../', import.meta.url);
const call = ['process', 'kill('].join('.');

// A pid that is not there yet is easily a 0, and a signal to 0 is one to the whole run: it vanishes without a word.
test('tests send signals with send-signal.ts alone', () => {
  const sending = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && readFileSync(new URL(path, root), 'utf8').includes(call))
    .sort();
  expect(sending).toEqual([
    'bench/measurements/restart-on-request.ts', // whether it is there
    'integration/init/fake-manager.ts', // to itself
    'support/send-signal.ts',
  ]);
});
