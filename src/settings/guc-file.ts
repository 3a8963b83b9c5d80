/**
 * PostgreSQL's grammar for configuration and control files, token for token as the server's scanner reads it: the
 * longest match wins, a quoted string ends with its line, and a name with a dot is not a value unless it is quoted.
 * https://www.postgresql.org/docs/18/config-setting.html#CONFIG-SETTING-CONFIGURATION-FILE
 */

/** Names keep the case they were written in: the server ignores it in configuration files but not in control files. */
export type GucFileEntry =
  | { readonly kind: 'setting'; readonly name: string; readonly value: string; readonly line: number }
  | { readonly kind: 'include'; readonly directive: IncludeDirective; readonly path: string; readonly line: number };

export type IncludeDirective = 'include' | 'include_if_exists' | 'include_dir';

/** One syntax error makes the server refuse the whole file; `line` and `near` are of the first. */
export type ParsedGucFile =
  | { readonly kind: 'parsed'; readonly entries: readonly GucFileEntry[] }
  | { readonly kind: 'syntax-error'; readonly line: number; readonly near: string; readonly rest: RestOfGucFile };

/** Of a file with errors: its other lines, and the text of those with errors. */
export interface RestOfGucFile {
  readonly entries: readonly GucFileEntry[];
  readonly lost: readonly string[];
}

type TokenKind = 'id' | 'qualified-id' | 'unquoted' | 'string' | 'number' | 'equals' | 'end-of-line' | 'error';

interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

const blank = /[ \t\r]*(?:#[^\n]*)?/y;
const word = /[A-Za-z_\u0080-\uffff][A-Za-z_0-9\u0080-\uffff\-._:/]*/y;
const id = /^[A-Za-z_\u0080-\uffff][A-Za-z_0-9\u0080-\uffff]*$/;
const qualifiedId =
  /^[A-Za-z_\u0080-\uffff][A-Za-z_0-9\u0080-\uffff]*\.[A-Za-z_\u0080-\uffff][A-Za-z_0-9\u0080-\uffff]*$/;
const integer = /[-+]?(?:0x[0-9a-fA-F]+|[0-9]+)[a-zA-Z]*/y;
const real = /[-+]?[0-9]*\.[0-9]*(?:[eE][-+]?[0-9]+)?/y;

const valueKinds: ReadonlySet<TokenKind> = new Set<TokenKind>(['id', 'string', 'number', 'unquoted']);

/** Reads a file's text; never throws and takes time linear in its length. `near` is the token or `end of line`. */
export function parseGucFile(text: string): ParsedGucFile {
  const entries: GucFileEntry[] = [];
  const lost: string[] = [];
  let firstError: { readonly line: number; readonly near: string } | undefined;
  let line = 1;
  let token = nextToken(text, 0);
  while (token.start < text.length) {
    if (token.kind !== 'end-of-line') {
      const { start } = token;
      const parsed = parseLine(text, token);
      token = parsed.end;
      if (parsed.kind === 'assignment') {
        entries.push(toEntry(parsed.name, parsed.value, line));
      } else {
        firstError ??= { line, near: nearText(text, token) };
        // As the server does, which goes on behind the line in order to name all errors.
        if (token.kind !== 'end-of-line') token = endOfLine(text, token.end);
        lost.push(text.slice(start, token.start));
      }
    }
    line += 1;
    token = nextToken(text, token.end);
  }
  return firstError === undefined
    ? { kind: 'parsed', entries }
    : { kind: 'syntax-error', ...firstError, rest: { entries, lost } };
}

/** `end`: the end of the line, or the token that should not be there. */
type ParsedLine =
  | { readonly kind: 'assignment'; readonly name: string; readonly value: string; readonly end: Token }
  | { readonly kind: 'error'; readonly end: Token };

function parseLine(text: string, first: Token): ParsedLine {
  if (first.kind !== 'id' && first.kind !== 'qualified-id') return { kind: 'error', end: first };
  const name = text.slice(first.start, first.end);
  const second = nextToken(text, first.end);
  const given = second.kind === 'equals' ? nextToken(text, second.end) : second;
  if (!valueKinds.has(given.kind)) return { kind: 'error', end: given };
  const end = nextToken(text, given.end);
  if (end.kind !== 'end-of-line') return { kind: 'error', end };
  return { kind: 'assignment', name, value: tokenValue(text, given), end };
}

const escapes: Readonly<Record<string, string>> = {
  "'": "''",
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** The one way a value gets into a settings file: whatever it contains, the server reads exactly it. */
export function quoteGucValue(value: string): string {
  if (value.includes('\0')) throw new Error('a PostgreSQL setting cannot contain the character NUL');
  return `'${value.replace(/['\\\b\f\n\r\t]/g, (character) => escapes[character] ?? character)}'`;
}

function toEntry(name: string, value: string, line: number): GucFileEntry {
  const directive = name.toLowerCase();
  switch (directive) {
    case 'include':
    case 'include_if_exists':
    case 'include_dir':
      return { kind: 'include', directive, path: value, line };
    default:
      return { kind: 'setting', name, value, line };
  }
}

/** The end of the text counts as the end of a line, as in the server. */
function nextToken(text: string, position: number): Token {
  const start = endOfMatch(blank, text, position);
  const token = (kind: TokenKind, end: number): Token => ({ kind, start, end });
  const first = text.charAt(start);
  if (first === '' || first === '\n') return token('end-of-line', start + 1);
  if (first === '=') return token('equals', start + 1);
  if (first === "'") {
    const end = endOfString(text, start);
    return end === undefined ? token('error', start + 1) : token('string', end);
  }
  const wordEnd = endOfMatch(word, text, start);
  if (wordEnd > start) return token(wordKind(text.slice(start, wordEnd)), wordEnd);
  const numberEnd = Math.max(endOfMatch(integer, text, start), endOfMatch(real, text, start));
  return numberEnd > start ? token('number', numberEnd) : token('error', start + 1);
}

/** No token reaches behind its line. */
function endOfLine(text: string, position: number): Token {
  const index = text.indexOf('\n', position);
  const start = index === -1 ? text.length : index;
  return { kind: 'end-of-line', start, end: start + 1 };
}

function wordKind(text: string): TokenKind {
  if (id.test(text)) return 'id';
  return qualifiedId.test(text) ? 'qualified-id' : 'unquoted';
}

function endOfMatch(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : position;
}

/** Where the longest string that starts here ends; after `'a''b` without a closing quote that is behind `'a'`. */
function endOfString(text: string, start: number): number | undefined {
  let longest: number | undefined;
  let position = start + 1;
  while (position < text.length) {
    const character = text.charAt(position);
    if (character === '\n') break;
    if (character === '\\') {
      if (text.charAt(position + 1) === '\n') break;
      position += 2;
    } else if (character === "'") {
      longest = position + 1;
      if (text.charAt(position + 1) !== "'") break;
      position += 2;
    } else {
      position += 1;
    }
  }
  return longest;
}

function tokenValue(text: string, token: Token): string {
  if (token.kind !== 'string') return text.slice(token.start, token.end);
  return unquote(text.slice(token.start + 1, token.end - 1));
}

const controlCharacters: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Octal escapes are bytes, so several of them can make up one character; a NUL ends the value, as it does in C. */
function unquote(body: string): string {
  let bytes = false;
  const unescaped = body.replace(/''|\\([0-7]{1,3}|[\s\S])/g, (match, escaped: string | undefined) => {
    if (escaped === undefined) return "'";
    if (!/^[0-7]/.test(escaped)) return controlCharacters[escaped] ?? escaped;
    const byte = Number.parseInt(escaped, 8) & 0xff;
    if (byte < 0x80) return String.fromCharCode(byte);
    bytes = true;
    return match;
  });
  const value = bytes ? unquoteBytes(body) : unescaped;
  const nul = value.indexOf('\0');
  return nul === -1 ? value : value.slice(0, nul);
}

function unquoteBytes(body: string): string {
  const encoder = new TextEncoder();
  const chunks: number[] = [];
  for (const part of body.match(/''|\\(?:[0-7]{1,3}|[\s\S])|[^'\\]+/gu) ?? []) {
    const escaped = part.slice(1);
    if (part === "''") chunks.push(0x27);
    else if (!part.startsWith('\\')) for (const byte of encoder.encode(part)) chunks.push(byte);
    else if (/^[0-7]/.test(escaped)) chunks.push(Number.parseInt(escaped, 8) & 0xff);
    else for (const byte of encoder.encode(controlCharacters[escaped] ?? escaped)) chunks.push(byte);
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(chunks));
}

function nearText(text: string, token: Token): string {
  return token.kind === 'end-of-line' ? 'end of line' : `token "${text.slice(token.start, token.end)}"`;
}
