export interface HeardFailure {
  /** FATAL and PANIC lines. */
  readonly words: readonly string[];
  /** All that was said, from the start on. */
  readonly asides: readonly string[];
  readonly exit: string;
}

/** The last FATAL line, unless it only says that there are errors: then the line before it that tells which. */
export function tellWhy({ words, asides, exit }: HeardFailure): string {
  const last = words.at(-1);
  if (last === undefined) return `it ended with ${exit} and said nothing`;
  const told = / contains errors/.test(last)
    ? asides.findLast((line) => line !== last && / LOG: {2}/.test(line))
    : undefined;
  return told ?? last;
}
