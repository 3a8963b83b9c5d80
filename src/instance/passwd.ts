/** A line of passwd(5). */
export interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export function parsePasswd(text: string): readonly PasswdEntry[] {
  return text.split('\n').flatMap((line): readonly PasswdEntry[] => {
    const [name, , uid, gid, , home] = line.split(':');
    if (name === undefined || name === '' || !isNumber(uid) || !isNumber(gid)) return [];
    return [{ name, uid: Number(uid), gid: Number(gid), home: home ?? '/' }];
  });
}

/**
 * Whom to become: `wanted` is a name, a uid, or uid:gid; without it `postgres`, else `nobody`. Undefined: there is no
 * such user.
 */
export function findUser(entries: readonly PasswdEntry[], wanted: string | undefined): PasswdEntry | undefined {
  if (wanted === undefined) return byName(entries, 'postgres') ?? byName(entries, 'nobody');
  const numbers = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(wanted);
  if (numbers === null) return byName(entries, wanted);
  const uid = Number(numbers[1]);
  const known = entries.find((entry) => entry.uid === uid);
  const gid = numbers[2] === undefined ? (known?.gid ?? uid) : Number(numbers[2]);
  return { name: known?.name ?? '', uid, gid, home: known?.home ?? '/' };
}

function byName(entries: readonly PasswdEntry[], name: string): PasswdEntry | undefined {
  return entries.find((entry) => entry.name === name);
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,10}$/.test(text);
}
