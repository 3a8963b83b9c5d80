export function admissionWarnings(
  _cluster: Readonly<Record<string, unknown>>,
): readonly { readonly path: readonly (string | number)[]; readonly message: string }[] {
  return [];
}
