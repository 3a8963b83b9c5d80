import type { Refusal } from '../documents/complaint.ts';
import { hasControlCharacter } from './image-path.ts';

/** Databases that every server has; they may be declared, but not away. https://www.postgresql.org/docs/18/manage-ag-templatedbs.html */
export const reservedDatabases: ReadonlySet<string> = new Set(['postgres', 'template0', 'template1']);

/** The name of a database, a role, a schema and the like, which is quoted wherever it is used: nearly anything goes. */
export function refuseName(name: string): Refusal | undefined {
  if (name === '') return { expected: nameExpectation, message: 'value cannot be empty' };
  // https://www.postgresql.org/docs/18/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
  const bytes = Buffer.byteLength(name);
  if (bytes > maxNameBytes) {
    const message = 'PostgreSQL would cut the name off without a word; shorten it';
    return { found: `a name of ${bytes} bytes`, expected: nameExpectation, message };
  }
  return refuseCharacters(name, nameExpectation);
}

/** The name of an extension as CREATE EXTENSION takes it, not that of an image. */
export function refuseExtension(name: string): Refusal | undefined {
  return (
    refuseName(name) ??
    refuseFileName(name, 'the name of an extension, as that of its control file without .control', 'the name')
  );
}

/** The version of an extension, which has no form of its own but is part of the names of its scripts. */
export function refuseVersion(version: string): Refusal | undefined {
  const expected = 'a version such as "1.2.3"';
  if (version === '') return { expected, message: 'leave version out for the default version' };
  return refuseCharacters(version, expected) ?? refuseFileName(version, expected, 'the version');
}

/** How many may connect at once. PostgreSQL marks an invalid database with -2. https://www.postgresql.org/docs/18/catalog-pg-database.html */
export function refuseConnectionLimit(limit: number): Refusal | undefined {
  if (Number.isInteger(limit) && limit >= -1 && limit <= 2_147_483_647) return undefined;
  return { expected: 'an integer from -1 to 2147483647', message: '-1 stands for no limit' };
}

/** A text that PostgreSQL gives a meaning to, as the name of a locale; it is only seen to that it can be sent. */
export function refuseUnsendable(text: string): Refusal | undefined {
  if (text.includes('\0')) {
    return {
      found: 'a text with a NUL character',
      expected: 'a text without one',
      message: 'take the NUL character out',
    };
  }
  return text.isWellFormed() ? undefined : halfCharacter;
}

const maxNameBytes = 63;
const nameExpectation = `a name of 1 to ${maxNameBytes} bytes without control characters`;

const halfCharacter = {
  found: 'a text with half of a surrogate pair',
  expected: 'a text of whole characters',
  message: 'PostgreSQL could not store it; take the \\ud800 to \\udfff without its other half out',
} satisfies Refusal;

function refuseCharacters(text: string, expected: string): Refusal | undefined {
  if (hasControlCharacter(text)) return { expected, message: 'take the control character out' };
  return text.isWellFormed() ? undefined : halfCharacter;
}

// What PostgreSQL refuses in names and versions, because `name--old--new.sql` must be legible and stay in its folder:
// https://www.postgresql.org/docs/18/extend-extensions.html#EXTEND-EXTENSIONS-FILES
function refuseFileName(text: string, expected: string, subject: string): Refusal | undefined {
  if (text.includes('--')) {
    return { expected, message: `${subject} must not contain --, which separates versions in the names of scripts` };
  }
  if (text.startsWith('-') || text.endsWith('-')) {
    return { expected, message: `${subject} must not begin or end with a hyphen` };
  }
  if (/[/\\]/.test(text)) return { expected, message: `${subject} must not contain a slash or a backslash` };
  return undefined;
}
