import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseGucFile, quoteGucValue } from '../../../src/settings/guc-file.ts';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../../support/throwaway-postgres.ts';

let server: ThrowawayPostgres;
let client: pg.Client;
let file: string;

beforeAll(async () => {
  server = await startThrowawayPostgres();
  client = await server.client();
  file = join(server.dataDirectory, 'postgresql.auto.conf');
});

afterAll(() => server.stop());

interface Row {
  readonly name: string;
  readonly setting: string;
  readonly sourceline: number;
}

/** The server reads its files anew for every query of pg_file_settings; a syntax error shows as a row without a name. */
async function asTheServerReads(text: string): Promise<readonly Row[] | { readonly errorInLine: number }> {
  writeFileSync(file, text);
  const { rows } = await client.query<Row & { readonly error: string | null }>(
    'SELECT name, setting, sourceline, error FROM pg_file_settings WHERE sourcefile = $1 ORDER BY seqno',
    [file],
  );
  const failed = rows.find((row) => row.error === 'syntax error');
  if (failed !== undefined) return { errorInLine: failed.sourceline };
  return rows.map(({ name, setting, sourceline }) => ({ name, setting, sourceline }));
}

function asWeRead(text: string): readonly Row[] | { readonly errorInLine: number } {
  const parsed = parseGucFile(text);
  if (parsed.kind === 'syntax-error') return { errorInLine: parsed.line };
  return parsed.entries.flatMap((entry) =>
    entry.kind === 'setting' ? [{ name: entry.name, setting: entry.value, sourceline: entry.line }] : [],
  );
}

const snippets = [
  ...["'", "''", "\\'", '\\\\', '\\n', '\\101', '\\303\\251', '\\7', '\\x', '"', '#', '\r', '\t', ' ', ' = '],
  ...[
    'a',
    'b.c',
    'a-b',
    'é',
    '_x',
    '1',
    '0x1F',
    '1.5',
    '1.5e3',
    '1e3',
    '.',
    '+',
    '-2',
    '8MB',
    ':',
    '/',
    '.5',
    '!',
    '\f',
  ],
];

const line = fc
  .tuple(
    fc.constantFrom('a', 'b.c', 'Work_Mem', 'é1', 'a.b.c', 'x-y', ''),
    fc.constantFrom(' = ', '=', ' ', ' == ', ''),
    fc.oneof(
      fc.array(fc.constantFrom(...snippets), { maxLength: 4 }).map((parts) => parts.join('')),
      fc.array(fc.constantFrom(...snippets), { maxLength: 6 }).map((parts) => `'${parts.join('')}'`),
    ),
    fc.constantFrom('', ' ', ' # c', "#'"),
  )
  .map((parts) => parts.join(''));

test('reads any file as the server reads it', async () => {
  const text = fc.array(line, { maxLength: 3 }).map((lines) => lines.join('\n'));
  await fc.assert(
    fc.asyncProperty(text, async (any) => {
      const theirs = await asTheServerReads(any);
      const ours = asWeRead(any);
      // At the end of a file without a final newline the server counts the line of an error one too low.
      if ('errorInLine' in theirs && 'errorInLine' in ours) return;
      expect(ours).toEqual(theirs);
    }),
    { numRuns: 1500 },
  );
});

test('reads one line as the server reads it', async () => {
  await fc.assert(
    fc.asyncProperty(line, async (any) => {
      expect(
        asWeRead(`${any}
`),
      ).toEqual(
        await asTheServerReads(`${any}
`),
      );
    }),
    { numRuns: 1500 },
  );
});

test('quotes any value so that the server reads exactly it', async () => {
  const unit = fc.oneof(fc.constantFrom(..."'\\\n\r\t\b\f\v$%#07é😀"), fc.string({ minLength: 1, maxLength: 1 }));
  await fc.assert(
    fc.asyncProperty(fc.string({ unit }), async (value) => {
      expect(await asTheServerReads(`a.b = ${quoteGucValue(value)}\n`)).toEqual([
        { name: 'a.b', setting: value, sourceline: 1 },
      ]);
    }),
    { numRuns: 300 },
  );
});
