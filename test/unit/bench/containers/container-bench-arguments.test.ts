import { describe, expect, it } from 'vitest';
import { parseContainerBenchArguments } from '../../../bench/containers/container-bench-arguments.ts';

describe('parseContainerBenchArguments', () => {
  it('measures everything thirty times beside bare alone unless told otherwise', () => {
    expect(parseContainerBenchArguments([])).toMatchObject({
      kind: 'right',
      peer: undefined,
      only: '',
      runs: 30,
      json: undefined,
    });
  });

  it('takes three images', () => {
    expect(
      parseContainerBenchArguments(['--image', 'a:1', '--base=b', '--peer', 'postgres:18', '--runs', '40']),
    ).toMatchObject({ kind: 'right', image: 'a:1', base: 'b', peer: 'postgres:18', runs: 40 });
  });

  it.each([['--runs', '0'], ['--peers', 'x'], ['--image'], ['postgres:18']])('refuses %s %s', (...args) => {
    expect(parseContainerBenchArguments(args).kind).toBe('wrong');
  });
});
