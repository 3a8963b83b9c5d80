import type { Complaint, Step } from '../documents/complaint.ts';
import { describeFound } from '../documents/found-value.ts';
import { valueAt } from '../documents/plain-value.ts';
import type { SourceDocument } from '../documents/source-document.ts';

/** A complaint and the document it is about. */
export interface PlacedComplaint {
  readonly document: SourceDocument;
  readonly complaint: Complaint;
}

export interface Occurrence {
  readonly document: SourceDocument;
  readonly path: readonly Step[];
  readonly at: 'key' | 'value';
}

/** A value that may stand only once among others; undefined where something else is wrong with it. */
export interface Item {
  readonly document: SourceDocument;
  readonly path: readonly Step[];
  readonly name: string | undefined;
}

/** A complaint that tells itself what it has found. */
export function complainAt(
  document: SourceDocument,
  path: readonly Step[],
  at: Complaint['at'],
  sentence: Pick<Complaint, 'expected' | 'message'>,
): PlacedComplaint {
  const found = describeFound(valueAt(document.value, path), path);
  return { document, complaint: { path, at, found, ...sentence } };
}

/** A complaint about each item whose name an earlier one has; the reason ends where the place of the first follows. */
export function repetitions(items: readonly Item[], expected: string, reason: string): readonly PlacedComplaint[] {
  const firsts = new Map<string, Occurrence>();
  return items.flatMap(({ document, path, name }) => {
    if (name === undefined) return [];
    const here: Occurrence = { document, path, at: 'value' };
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, here);
    return first === undefined ? [] : [twice(here, first, expected, reason)];
  });
}

/** A complaint about the later of two things that exclude each other. */
export function twice(here: Occurrence, first: Occurrence, expected: string, reason: string): PlacedComplaint {
  const { document, path, at } = here;
  const { file, line, column } = first.document.locate(first.path, first.at);
  const found = at === 'key' ? describeFound(path.at(-1), ['key']) : describeFound(valueAt(document.value, path), path);
  const message = `${reason} ${file}:${line}:${column}`;
  return { document, complaint: { path, at, found, expected, message } };
}
