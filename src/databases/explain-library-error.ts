import { showName } from '../lib/show-name.ts';
import { libraryToPreload } from '../server/library-to-preload.ts';
import { type Explanation, extensionOf, type FailedStatement, scriptOf, wordsOfServer } from './failed-statement.ts';

/** Libraries that are not preloaded, not found, or not to be loaded; undefined when it is about something else. */
export function explainLibraryError(failed: FailedStatement): Explanation | undefined {
  return explainPreload(failed) ?? explainUnloadable(failed) ?? explainNotFound(failed);
}

/** `pgaudit must be loaded via shared_preload_libraries`, `extension "timescaledb" must be preloaded` and their like. */
function explainPreload({ action, failure, circumstances }: FailedStatement): Explanation | undefined {
  const library = libraryToPreload(failure.message, extensionOf(action));
  if (library === undefined) return undefined;
  const isIn = (list: readonly string[]): boolean => list.some((one) => plainName(one) === library);
  if (isIn(circumstances.preloadRunning)) return undefined;
  const shown = showName(library);
  const toDo = isIn(circumstances.preloadDesired)
    ? `it is in shared_preload_libraries already, but the server was started without it: restart PostgreSQL`
    : `add ${shown} to shared_preload_libraries and restart PostgreSQL`;
  return {
    reason: 'PreloadRequired',
    message: `its library ${shown} has to be there from the start of the server; ${toDo}`,
  };
}

function plainName(library: string): string {
  return library.replace(/^.*\//, '').replace(/\.so$/, '');
}

/** The dynamic linker has a word to say: it is not always the same SQLSTATE. */
function explainUnloadable({ failure, circumstances, action }: FailedStatement): Explanation | undefined {
  const { message } = failure;
  const system = message.match(/could not load library "([^"]*)": ([^:\s]+): cannot open shared object file/);
  if (system?.[1] !== undefined && system[2] !== undefined) {
    const [, library, needed] = system;
    const image = circumstances.providedBy.get(extensionOf(action) ?? '');
    const where = image === undefined ? 'of the image that brings it' : `of the image ${showName(image)}`;
    return {
      reason: 'LibraryMissing',
      message: `its library ${library} needs the system library ${needed}, which the server does not find; name the folder that has ${needed} in ld_library_path ${where} and restart PostgreSQL`,
    };
  }
  if (!/could not load library "|incompatible library "|missing magic block/.test(message)) return undefined;
  return {
    reason: 'LibraryMissing',
    message: `its library cannot be loaded (${wordsOfServer(failure)}); mount an image that is built for this server`,
  };
}

/** `could not access file "x"`: in no folder of dynamic_library_path. */
function explainNotFound({ failure, action, circumstances }: FailedStatement): Explanation | undefined {
  const file = failure.message.match(/^could not access file "([^"]*)"/)?.[1];
  if (file === undefined) return undefined;
  const image = circumstances.providedBy.get(extensionOf(action) ?? '');
  // CREATE FUNCTION looks for a plain $libdir/x in dynamic_library_path, LOAD does not.
  if (/^\$libdir\/[^/]+$/.test(file) && scriptOf(failure) !== undefined) {
    const which = image === undefined ? 'the image' : `the image ${showName(image)}`;
    return {
      reason: 'StatementFailed',
      message: `the ${scriptOf(failure)} LOADs ${file}, which PostgreSQL looks for in its own folder only and not in images; have ${which} rebuilt with LOAD '${file.replace('$libdir/', '')}' instead`,
    };
  }
  const where =
    image === undefined ? 'mount an image that has it' : `mount a version of the image ${showName(image)} that has it`;
  return {
    reason: 'LibraryMissing',
    message: `the library ${file} is in no folder of dynamic_library_path; ${where}`,
  };
}
