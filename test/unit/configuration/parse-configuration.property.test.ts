import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeProblem, parseConfiguration } from '../../../src/configuration/parse-configuration.ts';

describe('any text', () => {
  const words = fc.constantFrom(
    ...[
      'databases',
      'kind',
      'Database',
      'spec',
      'removal',
      'extensions',
      'name',
      'env',
      'value',
      'parameters',
      'restart_policy',
      'image',
      'bin_path',
      'a',
      'A',
      '0',
      '~',
    ],
    ...[': ', '\n', '  ', '- ', '[', ']', '{', '}', ', ', '"', "'", '&a ', '*a', '!!str ', '|', '>', '#', '?', '---\n'],
    ...['\t', '%', '\\', '${', '__proto__', '<<', '\0', '\ufeff', '\ud800', 'constructor', 'true', '.nan'],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words, { maxLength: 60 }).map((parts) => parts.join('')),
    fc.json(),
  );

  test('has an answer, never an exception, and every problem has a place and a sentence', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 3 }), fc.constantFrom('yaml', 'json'), (all, suffix) => {
        const parsed = parseConfiguration(all.map((text, index) => ({ path: `${index}.${suffix}`, text })));
        for (const problem of parsed.kind === 'invalid' ? parsed.problems : []) {
          expect(problem.line).toBeGreaterThan(0);
          expect(problem.column).toBeGreaterThan(0);
          expect(describeProblem(problem)).toMatch(/^\d\.(yaml|json):\d+:\d+: .*found .+, expected .+; .+$/);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  const shaped = fc.record(
    {
      extensions: fc.anything({ values: [words, fc.integer()] }),
      databases: fc.array(fc.dictionary(words, fc.anything({ values: [words, fc.integer()] }))),
      kind: fc.constantFrom('Database', 'Cluster'),
      spec: fc.dictionary(words, fc.anything({ values: [words, fc.integer()] })),
      parameters: fc.dictionary(fc.string(), fc.anything()),
      shared_preload_libraries: fc.array(fc.string()),
      restart_policy: fc.string(),
    },
    { requiredKeys: [] },
  );

  test('that has the shape of a configuration has an answer, too', () => {
    fc.assert(
      fc.property(shaped, (value) => {
        const text = JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner));
        const parsed = parseConfiguration([{ path: 'a.json', text: text ?? '' }]);
        expect(['valid', 'invalid']).toContain(parsed.kind);
      }),
    );
  });
});
