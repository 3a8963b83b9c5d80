import type { Finding } from '../lib/finding.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkExtensions } from './check-extensions.ts';
import { checkLayout } from './check-layout.ts';
import { checkLibraryFiles } from './check-library-files.ts';
import { checkSonames } from './check-sonames.ts';
import type { InspectedImage, Inspection } from './inspected-image.ts';

/** All that can be told of the images without a server that runs; beside what their folders alone tell. */
export function inspectImages(inspection: Inspection): readonly Finding[] {
  return [...inspection.images.flatMap((image) => inspectImage(image, inspection)), ...checkSonames(inspection)];
}

/** The part of it that is about one image. */
export function inspectImage(image: InspectedImage, inspection: Inspection): readonly Finding[] {
  const { server, files } = inspection;
  return [
    ...checkLayout(image, files),
    ...checkLibraryFiles(image, server, files),
    ...checkDependencies(image, inspection),
    ...checkExtensions(image, inspection),
  ];
}
