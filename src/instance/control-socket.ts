/** The control socket of an instance. */
export function controlSocketPath(runDirectory: string): string {
  return `${runDirectory}/pg-instance-manager.sock`;
}
