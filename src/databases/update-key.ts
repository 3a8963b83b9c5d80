/** Names the answer to "where does an update of this extension lead from this version?". */
export function updateKey(extension: string, from: string): string {
  return JSON.stringify([extension, from]);
}
