import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findUser, parsePasswd } from '../../../src/instance/passwd.ts';
import { anyText, often } from '../../support/any-text.ts';

const valid = [
  'root:x:0:0:root:/root:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/bash\nnobody:x:65534:65534::/:',
];

test('users of any text have numbers, and so has the one that is looked for', () => {
  fc.assert(
    fc.property(anyText(valid, ['x:1:1::']), fc.option(anyText(['postgres', '1000:1000', '0'])), (text, wanted) => {
      const { uid = 0, gid = 0 } = findUser(parsePasswd(text), wanted ?? undefined) ?? {};
      expect([uid, gid].every((id) => Number.isSafeInteger(id) && id >= 0)).toBe(true);
    }),
    often,
  );
});
