import { symbolHash } from '../elf/symbol-hash.ts';
import { libdirLoadScanner } from '../image-volume/libdir-loads.ts';
import type { Finding } from '../lib/finding.ts';
import { loadLibrary } from '../loader/load-library.ts';
import type { CreationScript } from './creation-scripts.ts';
import type { InspectedExtension } from './inspected-extension.ts';
import {
  type Files,
  fileName,
  type InspectedImage,
  type InspectedServer,
  type Inspection,
  imageFinding,
  listed,
} from './inspected-image.ts';
import { type NamedFunction, namedFunctions } from './named-in-script.ts';

/** What the scripts of CREATE EXTENSION say of functions in C: whether the library is there, and the function in it. */
export function checkFunctions(
  image: InspectedImage,
  extension: InspectedExtension,
  scripts: readonly CreationScript[],
  { server, files }: Inspection,
): readonly Finding[] {
  const named = namedByScripts(scripts);
  const libraries = Map.groupBy(named, ({ library }) => library);
  const lookups = files.lookUp([...libraries.keys()]);
  return [...libraries].flatMap(([library, functions]) => {
    const [first] = functions;
    const lookup = lookups.get(library);
    if (first === undefined || lookup === undefined) return [];
    const fails = (script: string): string => `CREATE EXTENSION ${extension.name} would fail: ${fileName(script)}`;
    switch (lookup.kind) {
      case 'missing':
        return [
          imageFinding(
            image,
            'error',
            'LibraryMissing',
            `${fails(first.script)} ${missing(library, lookup.folders, extension)}`,
          ),
        ];
      case 'found': {
        const problem = checkLibrary(lookup.path, functions, server, files);
        return problem === undefined
          ? []
          : [imageFinding(image, 'error', problem.reason, `${fails(problem.script)} ${problem.message}`)];
      }
      default:
        return [];
    }
  });
}

/** LOAD looks for `$libdir/name` where it says, unlike CREATE FUNCTION; the scripts of updates are looked at elsewhere. */
export function checkLoads(
  image: InspectedImage,
  extension: InspectedExtension,
  scripts: readonly CreationScript[],
  server: InspectedServer | undefined,
): readonly Finding[] {
  if (server === undefined) return [];
  const own = new Set(server.modules.map((path) => fileName(path).replace(/\.so$/, '')));
  return scripts.flatMap(({ path, text }) => {
    if (!text.includes("'$libdir/")) return [];
    const scanner = libdirLoadScanner();
    scanner.push(text);
    return scanner.end().flatMap((library) => {
      const name = library.slice('$libdir/'.length);
      if (own.has(name.replace(/\.so$/, ''))) return [];
      const what = `CREATE EXTENSION ${extension.name} would fail: ${fileName(path)} says LOAD '${library}', and LOAD looks for that in the folder of the server only`;
      const message = `${what}. Write LOAD '${name}' in the script.`;
      return [imageFinding(image, 'error', 'UpdateScriptLoadsLibdir', message)];
    });
  });
}

interface FunctionOfScript extends NamedFunction {
  readonly script: string;
}

function namedByScripts(scripts: readonly CreationScript[]): readonly FunctionOfScript[] {
  return scripts.flatMap(({ path, modulePathname, text }) =>
    namedFunctions(text, modulePathname).map((one) => ({ ...one, script: path })),
  );
}

function missing(library: string, folders: readonly string[], { controlFile }: InspectedExtension): string {
  if (library === 'MODULE_PATHNAME')
    return `gives functions the library MODULE_PATHNAME, for which ${controlFile} has nothing. Add module_pathname to it.`;
  const nested = library.startsWith('$libdir/') && library.lastIndexOf('/') > '$libdir'.length;
  const remedy = nested
    ? 'PostgreSQL does not search images for a library in a folder below $libdir: name it without the folder'
    : 'Add it to the image, or correct dynamic_library_path of the extension';
  return `names the library ${library}, which is in none of ${folders.join(', ')}. ${remedy}.`;
}

interface LibraryProblem {
  readonly reason: 'LibraryOfOtherServer' | 'SymbolMissing';
  readonly script: string;
  readonly message: string;
}

/** PostgreSQL wants a function, and beside it the one that PG_FUNCTION_INFO_V1 makes: fetch_finfo_record in fmgr.c. */
function checkLibrary(
  path: string,
  functions: readonly FunctionOfScript[],
  server: InspectedServer | undefined,
  files: Files,
): LibraryProblem | undefined {
  const read = files.elfAt(path);
  if (read.kind !== 'elf') return undefined;
  if (read.elf.magic.kind === 'none') {
    const message = `names ${path}, which is no library of PostgreSQL: it has no magic block. Build it with PG_MODULE_MAGIC.`;
    return { reason: 'LibraryOfOtherServer', script: functions[0]?.script ?? '', message };
  }
  if (server === undefined) return undefined;
  // dlsym(3) looks in what the library was loaded with, too.
  const { objects, failures } = loadLibrary(path, read, server.process, server.loader);
  const tables = objects.map((object) => files.symbolsAt(object.path));
  const known = tables.filter((table) => table !== undefined);
  if (failures.length > 0 || objects.length === 0 || known.length < tables.length) return undefined;
  const has = (name: string): boolean => {
    const hash = symbolHash(Buffer.from(name, 'latin1')); // as scripts are read
    return known.some((table) => table.defines(hash));
  };
  const lacks = (symbol: string): boolean => !has(symbol) || !has(`pg_finfo_${symbol}`);
  const missing = functions.flatMap(({ symbol, script }) =>
    symbol !== undefined && lacks(symbol) ? [{ symbol, script }] : [],
  );
  const [first] = missing;
  if (first === undefined) return undefined;
  const names = listed(missing.map(({ symbol }) => symbol));
  const message = `creates functions of ${path} that this does not have: ${names}. Take the scripts and the library from one version of the extension.`;
  return { reason: 'SymbolMissing', script: first.script, message };
}
