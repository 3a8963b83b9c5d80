/** One step into a document: the key of a map or the index in a list. */
export type Step = string | number;

/** Something wrong at a path of one document, before it is known on which line that is. */
export interface Complaint {
  readonly path: readonly Step[];
  /** Whether the key or the value at that path is to blame. */
  readonly at: 'key' | 'value';
  readonly found: string;
  readonly expected: string;
  readonly message: string;
}

/** Counted from 1, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where something stands, and how it is called there. */
export interface Place extends Position {
  readonly file: string;
  readonly path: readonly Step[];
}

/** A complaint about the text itself, which has its position at once. */
export interface SyntaxComplaint extends Complaint {
  readonly position: Position;
}

/** Why a single value is not acceptable. `found` only where quoting the value itself would not do. */
export interface Refusal {
  readonly found?: string;
  readonly expected: string;
  readonly message: string;
}

/** `extensions[0].env[1].name`; a key that is no plain word is quoted: `parameters["my key"]`. */
export function renderPath(path: readonly Step[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[A-Za-z_][\w$.-]*$/.test(step)) return `${text}[${quote(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** A text in double quotes, at most 80 characters of it, with nothing in it that could disturb a terminal. */
export function quote(text: string): string {
  const shown = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  return JSON.stringify(shown).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
