/** The scripts of one extension: which versions can be created, and which steps lead from one to another. */
export interface UpdateGraph {
  /** Versions with a script that creates them. */
  readonly installable: ReadonlySet<string>;
  /** By the version that they lead from. */
  readonly steps: ReadonlyMap<string, ReadonlySet<string>>;
}

/** By the rules of get_ext_ver_list in extension.c: `name--1.0.sql` and `name--1.0--1.1.sql`, nothing with a third `--`. */
export function parseUpdateGraph(extension: string, files: readonly string[]): UpdateGraph {
  const installable = new Set<string>();
  const steps = new Map<string, Set<string>>();
  for (const file of files) {
    if (!file.startsWith(`${extension}--`) || !file.endsWith('.sql')) continue;
    const [from = '', to, ...more] = splitAtDashes(file.slice(extension.length + 2, -'.sql'.length));
    if (to === undefined) installable.add(from);
    else if (more.length === 0) steps.set(from, (steps.get(from) ?? new Set()).add(to));
  }
  return { installable, steps };
}

/** The first `--` counts, and after it the next one: `1.0---1` is the step from `1.0` to `-1`. */
function splitAtDashes(versions: string): readonly string[] {
  const parts: string[] = [];
  let rest = versions;
  for (let at = rest.indexOf('--'); at >= 0; at = rest.indexOf('--')) {
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + 2);
  }
  return [...parts, rest];
}

/** All versions that steps lead to from these, they included. */
export function reachableFrom({ steps }: UpdateGraph, versions: Iterable<string>): ReadonlySet<string> {
  const reached = new Set(versions);
  for (const version of reached) for (const next of steps.get(version) ?? []) reached.add(next);
  return reached;
}

/** The versions that a server could have, and from which no steps lead to `target` although it is not newer. */
export function strandedVersions(graph: UpdateGraph, target: string): readonly string[] {
  const all = new Set([
    ...graph.installable,
    ...graph.steps.keys(),
    ...[...graph.steps.values()].flatMap((to) => [...to]),
  ]);
  const beyond = reachableFrom(graph, [target]);
  return [...all].filter((version) => !beyond.has(version) && !reachableFrom(graph, [version]).has(target)).sort();
}

/** The scripts that make a version, in their order: the one that creates it, or an older one and the fewest steps. */
export function creationOf(extension: string, graph: UpdateGraph, version: string): readonly string[] | undefined {
  if (graph.installable.has(version)) return [`${extension}--${version}.sql`];
  const cameFrom = new Map<string, string | undefined>([...graph.installable].sort().map((one) => [one, undefined]));
  for (const [one] of cameFrom) {
    for (const next of graph.steps.get(one) ?? []) if (!cameFrom.has(next)) cameFrom.set(next, one);
  }
  if (!cameFrom.has(version)) return undefined;
  const scripts: string[] = [];
  let at = version;
  for (let before = cameFrom.get(at); before !== undefined; before = cameFrom.get(at)) {
    scripts.unshift(`${extension}--${before}--${at}.sql`);
    at = before;
  }
  return [`${extension}--${at}.sql`, ...scripts];
}
