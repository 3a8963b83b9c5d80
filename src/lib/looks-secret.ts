/** Whether a name is that of something nobody wants to read in a log. */
export function looksSecret(name: string): boolean {
  return /passw|conninfo|dsn|passphrase|secret|token|credential|private|api_?key|(?:^|[_-])key(?:$|[_-])/i.test(name);
}
