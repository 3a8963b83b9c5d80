import { describe, expect, it } from 'vitest';
import { parseBenchArguments } from '../../bench/bench-arguments.ts';

describe('parseBenchArguments', () => {
  it('measures everything thirty times unless told otherwise', () => {
    expect(parseBenchArguments([])).toEqual({ kind: 'right', only: '', runs: 30, json: undefined });
  });

  it('takes a part of a name, a number of runs and a file', () => {
    expect(parseBenchArguments(['--only', 'idle', '--runs=50', '--json', 'a.json'])).toEqual({
      kind: 'right',
      only: 'idle',
      runs: 50,
      json: 'a.json',
    });
  });

  it.each([['--runs', '0'], ['--runs', '1e3'], ['--runs', ''], ['--ony', 'x'], ['idle']])(
    'refuses %s %s',
    (...args) => {
      expect(parseBenchArguments(args).kind).toBe('wrong');
    },
  );
});
