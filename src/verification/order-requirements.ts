/** What an extension that can be created requires, by its name. */
export type Requirements = ReadonlyMap<string, readonly string[]>;

/**
 * What has to be created before these, each after what it requires itself. One that nobody knows stays in the list, so that
 * PostgreSQL says what is missing; a circle is cut where it closes, for the same reason.
 */
export function orderRequirements(wanted: readonly string[], requirements: Requirements): readonly string[] {
  const ordered = new Set<string>();
  const visit = (name: string, chain: readonly string[]): void => {
    if (ordered.has(name) || chain.includes(name)) return;
    for (const required of requirements.get(name) ?? []) visit(required, [...chain, name]);
    ordered.add(name);
  };
  for (const name of wanted) visit(name, []);
  return [...ordered];
}

/** Extensions so that each comes after those that it requires; otherwise in their order. */
export function inOrder(names: readonly string[], requirements: Requirements): readonly string[] {
  return orderRequirements(names, requirements).filter((name) => names.includes(name));
}

interface Bringing {
  readonly name: string;
  readonly extensions: readonly { readonly name: string }[];
}

/** Images so that each comes after those whose extensions its own require. */
export function orderImages<Image extends Bringing>(
  images: readonly Image[],
  requirements: Requirements,
): readonly Image[] {
  const bringer = new Map(images.flatMap(({ name, extensions }) => extensions.map((one) => [one.name, name] as const)));
  const needed = new Map(
    images.map(({ name, extensions }) => {
      const all = orderRequirements(
        extensions.flatMap((one) => requirements.get(one.name) ?? []),
        requirements,
      );
      return [name, all.flatMap((one) => bringer.get(one) ?? [])] as const;
    }),
  );
  const byName = Map.groupBy(images, ({ name }) => name);
  const names = images.map(({ name }) => name);
  return inOrder([...new Set(names)], needed).flatMap((name) => byName.get(name) ?? []);
}
