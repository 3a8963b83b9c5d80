/** The token of an `Authorization` header: https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
export function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1];
}

/** A token that a client can send. */
export function isBearerToken(text: string): boolean {
  return /^[A-Za-z0-9\-._~+/]+=*$/.test(text);
}
