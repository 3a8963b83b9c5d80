import { type OfficialExtension, officialExtensions } from './official-extensions.ts';

/** Everything that is built, by what it is for. */
export const images = {
  base: 'pgim-e2e/base:18',
  postgres: 'pgim-e2e/postgres:18',
  manager: 'pgim-e2e/manager:18',
} as const;

export function extensionImage(name: OfficialExtension): string {
  return `pgim-e2e/${name}:18`;
}

export interface Build {
  readonly tag: string;
  /** Flags of `build` and the context, relative to the top of the checkout. */
  readonly arguments: readonly string[];
}

/** The base comes first; what is made from it may be made at once. `debian` is the image that all of it starts from. */
export function builds(debian: string): { readonly base: Build; readonly others: readonly Build[] } {
  const program = ['--file', 'docker/Dockerfile', '--build-arg', `BUILD_BASE=${debian}`];
  return {
    base: { tag: images.base, arguments: ['--build-arg', `DEBIAN=${debian}`, 'docker/base'] },
    others: [
      { tag: images.postgres, arguments: [...program, '--build-arg', `POSTGRES_BASE=${images.base}`, '.'] },
      // the longest first
      ...[...officialExtensions]
        .sort((a, b) => weight(b) - weight(a))
        .map(
          (name): Build => ({
            tag: extensionImage(name),
            arguments: ['--build-arg', `BASE=${images.base}`, `docker/extensions/${name}`],
          }),
        ),
      { tag: images.manager, arguments: [...program, '--target', 'manager', '.'] },
    ],
  };
}

function weight(name: OfficialExtension): number {
  return name === 'postgis' || name === 'pgrouting' ? 1 : 0;
}
