import type { Finding } from '../lib/finding.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkExtensions } from './check-extensions.ts';
import { checkLayout } from './check-layout.ts';
import { checkLibraryFiles } from './check-library-files.ts';
import { checkOpened } from './check-opened.ts';
import { checkServer } from './check-server.ts';
import { checkSonames } from './check-sonames.ts';
import { checkSymbols } from './check-symbols.ts';
import type { InspectedImage, Inspection } from './inspected-image.ts';

/** All that can be told of the images without a server that runs; beside what their folders alone tell. */
export function inspectImages(inspection: Inspection): readonly Finding[] {
  return [
    ...inspection.images.flatMap((image) => imageChecks.flatMap((check) => check(image, inspection))),
    ...inspectTogether(inspection),
  ];
}

/** The part of it that is about one image, in its steps. */
export const imageChecks: readonly ((image: InspectedImage, inspection: Inspection) => readonly Finding[])[] = [
  (image, { files }) => checkLayout(image, files),
  (image, { server, files }) => checkLibraryFiles(image, server, files),
  checkDependencies,
  checkSymbols,
  checkOpened,
  checkExtensions,
];

/** The part that is about all of them, and the server. */
export function inspectTogether(inspection: Inspection): readonly Finding[] {
  return [...checkServer(inspection), ...checkSonames(inspection)];
}
