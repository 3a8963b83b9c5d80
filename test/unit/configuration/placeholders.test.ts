import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandPlaceholders, unknownPlaceholders } from '../../../src/configuration/placeholders.ts';

describe('expandPlaceholders', () => {
  test.each([
    ['plain', 'plain'],
    ['${image_root}', '/x'],
    ['${image_root}/a:${image_root}/b', '/x/a:/x/b'],
    ['$${image_root}', '${image_root}'],
    ['$$${image_root}', '$/x'],
    ['$$$${image_root}', '$${image_root}'],
    ['$$$$${image_root}', '$$/x'],
    ['$${other}', '${other}'],
    ['${other}', '${other}'],
    ['$$${other}', '$$${other}'],
    ['$$', '$$'],
    ['$', '$'],
    ['$image_root', '$image_root'],
    ['${}', '${}'],
    ['${image_root', '${image_root'],
    ['${IMAGE_ROOT}', '${IMAGE_ROOT}'],
    ['', ''],
    ['${image_root} ${open', '/x ${open'],
    ['${${image_root}', '${${image_root}'],
    ['}${image_root}{', '}/x{'],
  ])('turns %j into %j', (value, expanded) => {
    expect(expandPlaceholders(value, '/x')).toBe(expanded);
  });

  test('takes the folder literally, also one that looks like a replacement pattern', () => {
    expect(expandPlaceholders('${image_root}', '/$&/$1')).toBe('/$&/$1');
  });

  test('agrees with the reference expression on any text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('$', '{', '}', 'image_root', 'x')), (parts) => {
        const value = parts.join('');
        const reference = value.replace(/(\$+)\{([^}]+)\}/g, (whole, dollars: string, name: string) => {
          const half = '$'.repeat(Math.floor(dollars.length / 2));
          if (dollars.length % 2 === 0) return `${half}{${name}}`;
          return name === 'image_root' ? `${half}/x` : whole;
        });
        expect(expandPlaceholders(value, '/x')).toBe(reference);
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['$', '${', '${a', '{'])('is done at once with a megabyte of %j', (part) => {
    const value = part.repeat(500_000);
    expect(expandPlaceholders(value, '/x')).toBe(value);
    expect(unknownPlaceholders(value)).toEqual([]);
  });
});

describe('unknownPlaceholders', () => {
  test.each([
    ['${image_root}', []],
    ['${a} and ${b}', ['${a}', '${b}']],
    ['${a} and ${a}', ['${a}']],
    ['$${a}', []],
    ['$$${a}', ['${a}']],
    ['${} ${open $$', []],
    ['${ image_root }', ['${ image_root }']],
  ])('finds in %j %j', (value, unknown) => {
    expect(unknownPlaceholders(value)).toEqual(unknown);
  });
});
