export type InitScriptKind = 'shell' | 'sql' | 'sql.gz' | 'sql.xz' | 'sql.zst' | 'ignored';

export interface InitScript {
  readonly path: string;
  readonly kind: InitScriptKind;
}

/**
 * The files of a folder as a shell's `*` gives them, which leaves out dot files (a mounted ConfigMap has some), in the
 * order of their bytes: the same everywhere, whatever the locale.
 */
export function initScripts(folder: string, names: readonly string[]): readonly InitScript[] {
  return names
    .filter((name) => !name.startsWith('.'))
    .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .map((name) => ({ path: `${folder}/${name}`, kind: kindOf(name) }));
}

function kindOf(name: string): InitScriptKind {
  if (name.endsWith('.sh')) return 'shell';
  const kinds = ['sql', 'sql.gz', 'sql.xz', 'sql.zst'] as const;
  return kinds.find((kind) => name.endsWith(`.${kind}`)) ?? 'ignored';
}
