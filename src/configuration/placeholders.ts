/** The placeholder that stands for the folder an image is mounted at, as it is written in a value. */
export const imageRootPlaceholder = '$' + '{image_root}';

/**
 * Replaces `${image_root}`. A doubled dollar is an escape: `$${x}` is the text `${x}`, and of n dollars before a brace
 * each pair becomes one dollar, an odd one begins a placeholder. An unknown placeholder is left as it is.
 */
export function expandPlaceholders(value: string, imageRoot: string): string {
  const end = endOfLastBrace(value);
  const expanded = value.slice(0, end).replace(placeholderPattern, (whole: string, dollars: string, name: string) => {
    const halved = '$'.repeat(Math.floor(dollars.length / 2));
    if (dollars.length % 2 === 0) return `${halved}{${name}}`;
    return name === imageRootName ? `${halved}${imageRoot}` : whole;
  });
  return expanded + value.slice(end);
}

/** The placeholders of a value that nothing would replace, as they are written (`${a}`), each once. */
export function unknownPlaceholders(value: string): readonly string[] {
  const unknown = new Set<string>();
  for (const [, dollars = '', name = ''] of value.slice(0, endOfLastBrace(value)).matchAll(placeholderPattern)) {
    if (dollars.length % 2 === 1 && name !== imageRootName) unknown.add(`\${${name}}`);
  }
  return [...unknown];
}

const imageRootName = 'image_root';

// The grammar of CloudNativePG. The lookbehind begins a match at the first dollar of a run only, and the search ends
// at the last closing brace, so that each start finds its end: linear also on "$$$$…" and "${${${…".
const placeholderPattern = /(?<!\$)(\$+)\{([^}]+)\}/g;

function endOfLastBrace(value: string): number {
  return value.lastIndexOf('}') + 1;
}
