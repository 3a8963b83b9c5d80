/** The parts of the name of an image, as CloudNativePG reads them. */
interface ImageName {
  /** Empty if there is a digest and no tag; `latest` if there is neither. */
  readonly tag: string;
}

export type PostgresVersion =
  | { readonly kind: 'known'; readonly major: number }
  /** The reason as CloudNativePG words it. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** The major version of PostgreSQL that CloudNativePG reads out of the tag of an image. */
export function postgresVersion(reference: string): PostgresVersion {
  const { tag } = parseImageName(reference);
  const version = /^[\d.]*/.exec(tag)?.[0] ?? '';
  if (!/^\d/.test(version)) {
    return {
      kind: 'unknown',
      reason: `version not starting with a semantic version regex (^(\\d\\.?)+): ${tag}`,
    };
  }
  const [major = '', minor] = matchedBySemanticVersion(version).split('.');
  if (minor === '') return { kind: 'unknown', reason: `wrong PostgreSQL minor in version ${major}.` };
  return { kind: 'known', major: Number(major) };
}

/** The same, or undefined. */
export function postgresMajor(reference: string): number | undefined {
  const version = postgresVersion(reference);
  return version.kind === 'known' ? version.major : undefined;
}

/** The tag of an image: `latest` where there is neither tag nor digest, empty where there is a digest alone. */
export function imageTag(reference: string): string {
  return parseImageName(reference).tag;
}

// https://github.com/cloudnative-pg/machinery/blob/main/pkg/image/reference/imagename.go
function parseImageName(reference: string): ImageName {
  const digest = /@sha256:[a-fA-F0-9]+$/.exec(reference);
  const name = digest === null ? reference : reference.slice(0, digest.index);
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  // Without any slash a port cannot be meant: it is an image of Docker Hub.
  if (colon >= 0 && colon < name.length - 1) return { tag: name.slice(colon + 1) };
  return { tag: digest === null ? 'latest' : '' };
}

// Digits, each with at most one dot after it.
function matchedBySemanticVersion(version: string): string {
  const twoDots = version.indexOf('..');
  return twoDots < 0 ? version : version.slice(0, twoDots + 1);
}
