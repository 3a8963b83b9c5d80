/** What ends the last line of a file with one value in it is not part of the value. Linear, unlike `/[\r\n]+$/`. */
export function withoutLineEnds(text: string): string {
  let end = text.length;
  while (end > 0 && '\r\n'.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
