import type { ServerFiles } from '../image-volume/check-shadowing.ts';

/** What the server brings itself; file names as they are. Only known where there are images to compare it with. */
export interface ServerOffer {
  readonly provides: readonly string[];
  readonly libraries: readonly string[];
  readonly libraryDirectory: string | undefined;
}

export function serverOffer(
  { controlFolder, libraryFolder }: ServerFiles,
  libraryDirectory: string | undefined,
): ServerOffer {
  const controlFiles = controlFolder?.state === 'present' ? controlFolder.controlFiles : [];
  return {
    provides: controlFiles.filter(({ auxiliary }) => !auxiliary).map(({ name }) => name),
    libraries: libraryFolder?.state === 'present' ? libraryFolder.libraries : [],
    libraryDirectory,
  };
}
