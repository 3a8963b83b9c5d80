/**
 * The offset at which a text stops being JSON, or nothing if it is JSON. JSON.parse is the judge, but it tells the
 * place only sometimes, and quotes the text, in which there may be a password.
 */
export function findJsonError(text: string): number | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return scanJson(text);
  }
}

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

// A walk over the tokens with a stack of the open brackets; the first token that does not fit is the error.
function scanJson(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  let offset = 0;
  for (;;) {
    offset = skipBlanks(text, offset);
    const token = readToken(text, offset);
    if (token === undefined) return offset;
    const next = advance(expected, token, open);
    if (next === undefined) return offset;
    expected = next;
    offset += token.length;
  }
}

function advance(expected: Expected, token: string, open: string[]): Expected | undefined {
  const afterValue = (): Expected => (open.length === 0 ? 'nothing' : 'comma or end');
  if (token === '}' || token === ']') {
    if (!expected.endsWith('or end') || open.pop() !== token) return undefined;
    return afterValue();
  }
  switch (expected) {
    case 'value':
    case 'value or end':
      if (token === '{' || token === '[') {
        open.push(token === '{' ? '}' : ']');
        return token === '{' ? 'key or end' : 'value or end';
      }
      return token === ':' || token === ',' ? undefined : afterValue();
    case 'key':
    case 'key or end':
      return token.startsWith('"') ? 'colon' : undefined;
    case 'colon':
      return token === ':' ? 'value' : undefined;
    case 'comma or end':
      if (token !== ',') return undefined;
      return open.at(-1) === '}' ? 'key' : 'value';
    case 'nothing':
      return undefined;
  }
}

function skipBlanks(text: string, from: number): number {
  let offset = from;
  while (offset < text.length && ' \t\r\n'.includes(text.charAt(offset))) offset += 1;
  return offset;
}

function readToken(text: string, offset: number): string | undefined {
  const first = text.charAt(offset);
  if (first !== '' && '{}[]:,'.includes(first)) return first;
  if (first === '"') return readString(text, offset);
  const pattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

function readString(text: string, start: number): string | undefined {
  for (let offset = start + 1; offset < text.length; offset += 1) {
    const character = text.charAt(offset);
    if (character < ' ') return undefined;
    if (character === '"') return text.slice(start, offset + 1);
    if (character !== '\\') continue;
    const sequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
    sequence.lastIndex = offset;
    const found = sequence.exec(text);
    if (found === null) return undefined;
    offset += found[0].length - 1;
  }
  return undefined;
}
