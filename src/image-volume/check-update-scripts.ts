import type { Finding } from '../lib/finding.ts';
import { showName } from '../lib/show-name.ts';
import type { LibdirLoad } from './observe-update-scripts.ts';

const mostScripts = 5;

/**
 * CREATE FUNCTION finds `$libdir/name` in images, too, but LOAD looks where it says and nowhere else: such a script
 * fails half-way. The images of CloudNativePG have the prefix taken off when they are built:
 * https://github.com/cloudnative-pg/postgres-extensions-containers/pull/293.
 * `serverLibraries` are the files that the server brings itself, which LOAD finds: `plpgsql.so`.
 */
export function checkUpdateScripts(
  loads: readonly LibdirLoad[],
  serverLibraries: readonly string[] = [],
): readonly Finding[] {
  const own = new Set(serverLibraries);
  const failing = loads.filter(({ library }) => {
    const file = library.slice('$libdir/'.length);
    return !own.has(file) && !own.has(`${file}.so`);
  });
  const groups = Map.groupBy(failing, ({ image, folder }) => JSON.stringify([image, folder]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [findingOf(first, group)];
  });
}

function findingOf({ image, folder }: LibdirLoad, loads: readonly LibdirLoad[]): Finding {
  const scripts = [...new Set(loads.map(({ script }) => script))];
  const libraries = [...new Set(loads.map(({ library }) => `'${library}'`))];
  const shown = scripts.slice(0, mostScripts).join(', ');
  const more = scripts.length > mostScripts ? ` and ${scripts.length - mostScripts} more` : '';
  const what = `The image ${showName(image)} has scripts in ${folder} that LOAD ${libraries.join(', ')}: ${shown}${more}`;
  const why = `PostgreSQL looks for ${libraries.length === 1 ? 'it' : 'them'} in its own folder only, so ${whatFails(scripts)} will fail`;
  const toDo = `mount an image that is built with the prefix $libdir/ taken off these statements`;
  const message = `${what}. ${why}: ${toDo}.`;
  return { severity: 'warning', reason: 'UpdateScriptLoadsLibdir', subject: `extension/${image}`, message };
}

/** `name--from--to.sql` updates, `name--version.sql` creates. */
function whatFails(scripts: readonly string[]): string {
  const updating = scripts.filter((script) => script.split('--').length > 2).length;
  const statements = [
    ...(updating < scripts.length ? ['CREATE EXTENSION'] : []),
    ...(updating > 0 ? ['ALTER EXTENSION … UPDATE'] : []),
  ];
  return `${statements.join(' and ')} with ${scripts.length === 1 ? 'it' : 'them'}`;
}
