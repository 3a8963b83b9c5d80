import type { Finding } from '../lib/finding.ts';
import { type Files, type InspectedImage, type Inspection, imageFinding } from './inspected-image.ts';

interface Provided {
  readonly image: InspectedImage;
  readonly path: string;
}

/**
 * LD_LIBRARY_PATH is one for the whole server: of two libraries of a name the first is everybody's, and it comes before what
 * the system has, for the server's own needs too. Where the files are the same nothing is to be said.
 */
export function checkSonames({ images, server, files }: Inspection): readonly Finding[] {
  const first = new Map<string, Provided>();
  const findings: Finding[] = [];
  for (const image of images) {
    for (const { name, path } of systemLibraries(image, files)) {
      const before = first.get(name);
      if (before === undefined) first.set(name, { image, path });
      else if (before.image !== image && !files.haveSameContent(before.path, path))
        findings.push(hidden(name, image, path, before));
      const own = before === undefined ? server?.ownLibraries.get(name) : undefined;
      if (own !== undefined && own !== path && !files.haveSameContent(own, path))
        findings.push(shadowsServer(name, image, path, own));
    }
  }
  return findings;
}

function systemLibraries(
  image: InspectedImage,
  files: Files,
): readonly { readonly name: string; readonly path: string }[] {
  return image.checked.usable.ldLibraryPath.flatMap((folder) => {
    const found = image.tree.folders.find(({ path }) => path === folder);
    const paths = (found?.libraries ?? []).map(({ name }) => ({ name, path: `${folder}/${name}` }));
    // Only under the name that others ask for.
    return paths.filter(({ name, path }) => {
      const read = files.elfAt(path);
      return read.kind === 'elf' && (read.elf.soname ?? name) === name;
    });
  });
}

function hidden(name: string, image: InspectedImage, path: string, before: Provided): Finding {
  const what = `${path} is never loaded: ${before.path} of ${before.image.observed.name} has the same name and comes first in LD_LIBRARY_PATH, with other content`;
  const message = `${what}. What needs ${name} gets that one; build both images on the same distribution, or change the order of the extensions.`;
  return imageFinding(image, 'warning', 'SonameConflict', message);
}

function shadowsServer(name: string, image: InspectedImage, path: string, own: string): Finding {
  const what = `PostgreSQL itself gets ${path} in place of ${own}, because LD_LIBRARY_PATH comes before the folders of the system, and their content differs`;
  const message = `${what}. Take ${name} out of the image, or build it on the distribution of the server.`;
  return imageFinding(image, 'warning', 'SonameConflict', message);
}
