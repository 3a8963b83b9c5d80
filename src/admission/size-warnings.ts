import { maxConfigurationBytes, tooLarge } from '../configuration/parse-configuration.ts';
import { maxPieces, tooManyPieces } from '../documents/count-pieces.ts';
import type { ValidationMessage } from './validation-message.ts';

/** Files that `run` does not read because of their size: there is less time for them in a pod than on a desk. */
export function sizeWarnings(
  files: readonly { readonly file: string; readonly text: string }[],
): readonly ValidationMessage[] {
  return files.flatMap(({ file, text }): readonly ValidationMessage[] => {
    const why = whyTooLarge(file, text);
    if (why === undefined) return [];
    const message = `pg-instance-manager run refuses it: ${why}; split it`;
    return [{ file, line: 0, field: '', type: 'Invalid', value: null, message }];
  });
}

function whyTooLarge(file: string, text: string): string | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxConfigurationBytes) {
    const { found, expected } = tooLarge(file, bytes);
    return `found ${found}, expected ${expected}`;
  }
  // There are not as many pieces as characters and signals between them.
  if (text.length * 2 <= maxPieces || tooManyPieces(text, maxPieces) === undefined) return undefined;
  return `found more than ${maxPieces} words and signs, expected fewer`;
}
