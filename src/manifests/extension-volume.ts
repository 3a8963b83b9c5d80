/** The Kubernetes volume that the image of an extension is mounted from, as CloudNativePG calls it. */
export function extensionVolume(name: string): string {
  return `ext-${name.replaceAll('_', '-')}`;
}
