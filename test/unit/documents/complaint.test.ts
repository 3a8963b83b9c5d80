import { describe, expect, test } from 'vitest';
import { quote, renderPath } from '../../../src/documents/complaint.ts';

describe('renderPath', () => {
  test.each([
    [[], ''],
    [['extensions', 0, 'env', 1, 'name'], 'extensions[0].env[1].name'],
    [['parameters', 'pgaudit.log'], 'parameters.pgaudit.log'],
    [['parameters', 'my key'], 'parameters["my key"]'],
    [['a\nb'], '["a\\nb"]'],
  ])('writes %j as %s', (path, text) => {
    expect(renderPath(path)).toBe(text);
  });
});

describe('quote', () => {
  test('shows at most 80 characters', () => {
    expect(quote('x'.repeat(80))).toBe(`"${'x'.repeat(80)}"`);
    expect(quote('x'.repeat(81))).toBe(`"${'x'.repeat(79)}…"`);
  });

  test('shows nothing that a terminal would obey', () => {
    expect(quote('a"\u001b[31m\u009b\u202e\n')).toBe('"a\\"\\u001b[31m\\u009b\\u202e\\n"');
  });
});
