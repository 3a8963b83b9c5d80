import { describe, expect, it } from 'vitest';
import { byContender } from '../../../bench/containers/by-contender.ts';

describe('byContender', () => {
  it('puts each at its place, whoever is there', () => {
    expect(byContender([{ name: 'ours' }, { name: 'bare' }, { name: 'peer' }], [[1], [2], [3]], 'sh')).toEqual({
      samples: [1],
      beside: { what: 'sh', samples: [2] },
      peer: { what: 'peer', samples: [3] },
    });
    expect(byContender([{ name: 'ours' }, { name: 'peer' }], [[1], [3]])).toEqual({
      samples: [1],
      beside: undefined,
      peer: { what: 'peer', samples: [3] },
    });
    expect(byContender([{ name: 'ours' }], [[1]]).beside).toBeUndefined();
  });
});
