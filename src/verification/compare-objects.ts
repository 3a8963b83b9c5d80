/** A member of an extension: what kind it is, its name, and everything that is to be known about it. */
export interface DescribedObject {
  /** `function`, `table`, as pg_identify_object says: https://www.postgresql.org/docs/18/functions-info.html */
  readonly type: string;
  readonly identity: string;
  /** `definition`, `column id`, `privileges`: texts that differ when the object does. */
  readonly facts: ReadonlyMap<string, string>;
}

/** `fresh`: after CREATE EXTENSION; `updated`: after an older version was updated. Both undefined: the object itself. */
export interface Difference {
  readonly kind: 'missing' | 'extra' | 'different';
  /** `function public.f(integer)` */
  readonly object: string;
  /** Undefined: the object as a whole. */
  readonly aspect?: string;
  readonly fresh?: string;
  readonly updated?: string;
}

/** What an updated extension has otherwise than a fresh one, in the order of names. */
export function compareObjects(
  fresh: readonly DescribedObject[],
  updated: readonly DescribedObject[],
): readonly Difference[] {
  const [before, after] = [byName(fresh), byName(updated)];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((object): readonly Difference[] => {
    const [one, other] = [before.get(object), after.get(object)];
    if (one === undefined) return [{ kind: 'extra', object }];
    if (other === undefined) return [{ kind: 'missing', object }];
    return compareFacts(object, one.facts, other.facts);
  });
}

function byName(objects: readonly DescribedObject[]): ReadonlyMap<string, DescribedObject> {
  return new Map(objects.map((one) => [`${one.type} ${one.identity}`, one]));
}

function compareFacts(
  object: string,
  fresh: DescribedObject['facts'],
  updated: DescribedObject['facts'],
): readonly Difference[] {
  return [...new Set([...fresh.keys(), ...updated.keys()])].sort().flatMap((aspect): readonly Difference[] => {
    const [one, other] = [fresh.get(aspect), updated.get(aspect)];
    if (one === other) return [];
    if (one === undefined) return [{ kind: 'extra', object, aspect, updated: other ?? '' }];
    if (other === undefined) return [{ kind: 'missing', object, aspect, fresh: one }];
    return [{ kind: 'different', object, aspect, fresh: one, updated: other }];
  });
}

/** One sentence for people; of long texts the lines that differ. */
export function describeDifference({ kind, object, aspect, fresh = '', updated = '' }: Difference): string {
  const value = (text: string): string => (text === '' || aspect === undefined ? '' : ` (${inLine([text])})`);
  const what = aspect === undefined ? object : `${object}: ${aspect}`;
  switch (kind) {
    case 'missing':
      return `${what} is missing after the update${value(fresh)}`;
    case 'extra':
      return `${what} is there only after the update${value(updated)}`;
    case 'different': {
      const [one, other] = onlyLines(fresh, updated);
      return `${what} differs: created it is ${inLine(one)}, updated it is ${inLine(other)}`;
    }
  }
}

/** The lines that only one of the texts has; all of them if they have the same lines in another order. */
function onlyLines(fresh: string, updated: string): readonly [readonly string[], readonly string[]] {
  const [one, other] = [fresh.split('\n'), updated.split('\n')];
  const left = one.filter((line) => !other.includes(line));
  const right = other.filter((line) => !one.includes(line));
  return left.length + right.length === 0 ? [one, other] : [left, right];
}

const mostLines = 3;
const mostCharacters = 200;

function inLine(lines: readonly string[]): string {
  const shown = lines.map((line) => line.trim()).filter((line) => line !== '');
  if (shown.length === 0) return 'without that';
  const text = shown.slice(0, mostLines).join(' / ');
  const isCut = shown.length > mostLines || text.length > mostCharacters;
  return `"${text.slice(0, mostCharacters)}${isCut ? '…' : ''}"`;
}
