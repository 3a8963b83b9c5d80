import { expect, test } from 'vitest';
import { checkName } from '../../../src/admission/check-name.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

function refused(name: unknown): readonly string[] {
  return checkName({ metadata: { name } }).map(renderFieldError);
}

test.each(['a', 'cluster-example', 'abcdefghi'.repeat(4), 'a'.repeat(50)])('%s names a cluster', (name) => {
  expect(refused(name)).toEqual([]);
});

test.each([undefined, 5, ''])('that %j is no name is said elsewhere', (name) => {
  expect(refused(name)).toEqual([]);
});

test.each(['test.one', '4b96d026-a956-47eb-bae8-a99b840805c3', 'A', 'a-', 'é'])('%s is no DNS label', (name) => {
  expect(refused(name)).toEqual([`metadata.name: Invalid value: "${name}": cluster name must be a valid DNS label`]);
});

test('a name has at most 50 characters, and as a label 63', () => {
  const long = 'the maximum length of a cluster name is 50 characters';
  const [a51, a64] = ['a'.repeat(51), 'a'.repeat(64)];
  expect(refused(a51)).toEqual([`metadata.name: Invalid value: "${a51}": ${long}`]);
  expect(refused(a64)).toEqual([
    `metadata.name: Invalid value: "${a64}": cluster name must be a valid DNS label`,
    `metadata.name: Invalid value: "${a64}": ${long}`,
  ]);
});
