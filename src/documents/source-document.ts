import { type Document, parseAllDocuments, type ScalarTag, type Tags, type YAMLError } from 'yaml';
import type { Complaint, Place, Position, Step, SyntaxComplaint } from './complaint.ts';
import { maxPieces, tooManyPieces } from './count-pieces.ts';
import { findJsonError } from './json-syntax.ts';
import { valueAt } from './plain-value.ts';
import { positionsIn } from './positions.ts';
import { type ConvertedNode, convertNode } from './yaml-value.ts';

/** A document that was understood as YAML or JSON, and where in its file each value stands. */
export interface SourceDocument {
  readonly file: string;
  /** Maps (without prototype), lists, texts, numbers, booleans and null. */
  readonly value: unknown;
  /** The place of the value or the key at a path, or of the closest thing around it that exists. */
  locate(path: readonly Step[], at: 'key' | 'value'): Place;
  /** A number as it is written, `0640` or `1.10`, where PostgreSQL understands that spelling. */
  numberText(path: readonly Step[]): string | undefined;
}

export interface ReadDocument {
  /** Missing if nothing can be said about the content. */
  readonly document?: SourceDocument;
  readonly complaints: readonly SyntaxComplaint[];
}

export interface ReadOptions {
  /** As many words and signs the text may have. */
  readonly most: number;
  /** `kubernetes`: `on` and `yes` are true, `0640` is octal and `1_000` a number, as for kubectl, which reads YAML 1.1. */
  readonly dialect: 'yaml 1.2' | 'kubernetes';
}

/**
 * Reads the documents of a text of YAML 1.2 (core schema), or the one of a text of JSON if the name of the file ends in
 * `.json`. Bounded in time. One that is empty counts only if there is no other.
 */
export function readDocuments(
  file: string,
  text: string,
  { most, dialect }: ReadOptions = { most: maxPieces, dialect: 'yaml 1.2' },
): readonly ReadDocument[] {
  const position = positionsIn(text);
  if (file.toLowerCase().endsWith('.json') && text.trim() !== '') {
    const offset = findJsonError(text);
    if (offset !== undefined) return [{ complaints: [{ ...notJson, position: position(offset) }] }];
  }
  const excess = tooManyPieces(text, most);
  if (excess !== undefined) return [{ complaints: [{ ...tooMuch(most), position: position(excess) }] }];
  // Equal keys are found while converting: the check of the parser compares each key of a map with all others.
  const parsed = parseAllDocuments(text, {
    prettyErrors: false,
    uniqueKeys: false,
    version: '1.2',
    schema: 'core',
    stringKeys: true,
    resolveKnownTags: false,
    customTags: (tags: Tags) => (dialect === 'kubernetes' ? [olderBoolean, olderInteger, ...tags] : tags),
  });
  const documents = ('empty' in parsed ? [] : parsed).map((one) => readParsed(file, one, position));
  const filled = documents.filter(({ document, complaints }) => complaints.length > 0 || document?.value !== null);
  if (filled.length > 0) return filled;
  return [documents[0] ?? { document: emptyDocument(file), complaints: [] }];
}

// https://yaml.org/type/bool.html, without what is one in YAML 1.2, too.
const olderBoolean: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  identify: (value) => typeof value === 'boolean',
  test: /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/,
  resolve: (text) => /^(?:y|yes|on)$/i.test(text),
};

// https://yaml.org/type/int.html, as Go understands it, without what is the same in YAML 1.2.
const olderInteger: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  identify: (value) => typeof value === 'number',
  test: /^[-+]?(?:0[0-7_]+|0[bB][01_]+|0[oO][0-7_]+|0[xX][0-9a-fA-F_]+|[1-9][0-9]*_[0-9_]*)$/,
  resolve(text) {
    const digits = text
      .replaceAll('_', '')
      .replace(/^[-+]/, '')
      .replace(/^0(?=\d)/, '0o');
    return text.startsWith('-') ? -Number(digits) : Number(digits);
  },
};

/** A part of a document as a document of its own, such as an item of a list. */
export function documentWithin(document: SourceDocument, start: readonly Step[]): SourceDocument {
  return {
    file: document.file,
    value: valueAt(document.value, start),
    locate: (path, at) => ({ ...document.locate([...start, ...path], at), path }),
    numberText: (path) => document.numberText([...start, ...path]),
  };
}

function readParsed(file: string, parsed: Document.Parsed, position: (offset: number) => Position): ReadDocument {
  const errors = [...parsed.errors, ...parsed.warnings.filter((warning) => refusedWarnings.has(warning.code))];
  if (errors.length > 0) {
    // After an error the parser stumbles on, often more than once over the same character; the first sentence counts.
    const first = new Map(errors.toReversed().map((error) => [error.pos[0], error]));
    const complaints = [...first].map(([offset, error]) => ({ ...describeSyntax(error), position: position(offset) }));
    return { complaints };
  }
  const converted = convertNode(parsed.contents, position);
  if (converted.complaints.some(({ path }) => path.length === 0)) return { complaints: converted.complaints };
  return { document: documentOf(file, converted, position), complaints: converted.complaints };
}

function documentOf(file: string, converted: ConvertedNode, position: (offset: number) => Position): SourceDocument {
  return {
    file,
    value: converted.value,
    locate(path, at) {
      const { place, complete } = converted.find(path);
      return { file, path, ...position(complete && at === 'key' ? place.keyOffset : place.valueOffset) };
    },
    numberText(path) {
      const { place, complete } = converted.find(path);
      // PostgreSQL reads 0640 as octal and 0x1F as hexadecimal, and does not know 0o640.
      // https://www.postgresql.org/docs/18/config-setting.html#CONFIG-SETTING-NAMES-VALUES
      return !complete || place.numberText?.startsWith('0o') ? undefined : place.numberText;
    },
  };
}

function emptyDocument(file: string): SourceDocument {
  return {
    file,
    value: null,
    locate: (path) => ({ file, path, line: 1, column: 1 }),
    numberText: () => undefined,
  };
}

const refusedWarnings: ReadonlySet<string> = new Set(['TAG_RESOLVE_FAILED', 'BAD_COLLECTION_TYPE']);

const notJson = {
  path: [],
  at: 'value',
  found: 'a text that is not JSON from here on',
  expected: 'JSON',
  message: 'look for a missing quote or bracket, a comment, or a comma too many, or call the file .yaml',
} satisfies Complaint;

const tooMuch = (most: number): Complaint => ({
  path: [],
  at: 'value',
  found: `more than ${most} words and signs`,
  expected: 'fewer',
  message: 'this is no configuration; take the file out of the folder or split it',
});

// The messages of the parser quote the text, in which there may be a password; so only their code is used.
function describeSyntax(error: YAMLError): Complaint {
  const [found, expected, message] = syntaxSentences[error.code] ?? [
    'a text that is not YAML',
    'YAML 1.2',
    'look at the line above, too',
  ];
  return { path: [], at: 'value', found, expected, message };
}

const syntaxSentences: Readonly<Record<string, readonly [found: string, expected: string, message: string]>> = {
  TAB_AS_INDENT: ['a tab', 'blanks', 'YAML is indented with blanks only'],
  BAD_INDENT: ['a line that is indented otherwise', 'the indentation of its siblings', 'align it with its siblings'],
  MISSING_CHAR: ['a text that is not YAML', 'a closing quote, a comma or a colon', 'something is missing here'],
  BAD_ALIAS: ['an anchor or alias without a proper name', 'a name', 'quote a text that begins with & or *'],
  BAD_DQ_ESCAPE: ['an unknown escape', 'an escape that YAML knows', 'double the backslash or use single quotes'],
  BAD_SCALAR_START: ['a text with a reserved first character', 'a text in quotes', 'put the text in quotes'],
  BLOCK_AS_IMPLICIT_KEY: ['a second colon in a line', 'one key in a line', 'quote a text with a colon in it'],
  NON_STRING_KEY: ['a key that is no text', 'a text', 'a key is a plain word'],
  TAG_RESOLVE_FAILED: ['an unknown tag', 'no tag', 'quote a text that begins with !'],
  BAD_COLLECTION_TYPE: ['a tag for something else', 'no tag', 'remove the tag'],
  RESOURCE_EXHAUSTION: [
    'values nested too deeply to be read',
    'a configuration',
    'no configuration is nested that deep',
  ],
};
