import type { LoadedModule, Outcome } from './verification-step.ts';
import { failed, passed } from './verification-step.ts';

/** The modules that an image could have been asked for, by the names of their files: their real paths, of which one is found. */
export type ImageModules = ReadonlyMap<string, readonly string[]>;

/** Of the modules that a session has loaded those that the image has. */
export function ofImage(loaded: readonly LoadedModule[], modules: ImageModules): readonly LoadedModule[] {
  return loaded.filter(({ file }) => modules.has(file));
}

/** A library of the same name in a folder that is searched earlier stands in for the one of the image. */
export function checkModules(loaded: readonly LoadedModule[], modules: ImageModules): Outcome {
  const elsewhere = loaded.flatMap(({ file, path }) => {
    const own = modules.get(file);
    return own === undefined || path === null || own.includes(path)
      ? []
      : [`${file} was loaded from ${path}, and not from the image, where it is ${own.join(', ')}`];
  });
  const [first, ...more] = elsewhere;
  if (first !== undefined) return failed(`${first}; rename the library, or take the other one away`, more);
  return passed(loaded.map(describe).join(', '));
}

function describe({ file, name, version }: LoadedModule): string {
  const says = [name, version].filter((one) => one !== null).join(' ');
  return says === '' ? file : `${file} (${says})`;
}
