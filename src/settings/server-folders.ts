import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileErrorOf } from '../lib/read-limited-file.ts';

/** Where the server's own extensions and libraries are; what cannot be told from the files stays undefined. */
export interface ServerFolders {
  /** `<sharedir>/extension`, where `$system` leads. */
  readonly systemExtensionDirectory?: string;
  /** `<sharedir>`: to be read as an element of extension_control_path, which ends before `/extension`. */
  readonly systemShareDirectory?: string;
  /** `$libdir`. */
  readonly libraryDirectory?: string;
}

/**
 * PostgreSQL finds its folders relative to the real path of its executable, and so does this; no process is started.
 * https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-EXTENSION-CONTROL-PATH
 */
export function observeServerFolders(binDir: string): ServerFolders {
  const realBinDir = realBinDirectory(binDir);
  if (realBinDir === undefined) return {};
  const share = shareCandidates(realBinDir).find((folder) => existsSync(join(folder, 'extension/plpgsql.control')));
  const library = libraryCandidates(realBinDir).find((folder) =>
    ['plpgsql.so', 'dict_snowball.so'].some((name) => existsSync(join(folder, name))),
  );
  return {
    ...(share === undefined ? {} : { systemShareDirectory: share, systemExtensionDirectory: join(share, 'extension') }),
    ...(library === undefined ? {} : { libraryDirectory: library }),
  };
}

function realBinDirectory(binDir: string): string | undefined {
  try {
    return dirname(realpathSync.native(join(binDir, 'postgres')));
  } catch (error) {
    fileErrorOf(error);
    return undefined;
  }
}

function shareCandidates(binDir: string): readonly string[] {
  const prefix = dirname(binDir);
  const candidates = ['share/postgresql', 'share', 'share/pgsql'].map((folder) => join(prefix, folder));
  // Debian keeps every major version below its own folder, and share apart from lib.
  const debian = /^(.*)\/lib\/postgresql\/([0-9]+)\/bin$/.exec(binDir);
  return debian === null ? candidates : [...candidates, join(debian[1] ?? '', 'share/postgresql', debian[2] ?? '')];
}

function libraryCandidates(binDir: string): readonly string[] {
  const prefix = dirname(binDir);
  return ['lib/postgresql', 'lib', 'lib64/postgresql', 'lib64', 'lib/pgsql', 'lib64/pgsql'].map((folder) =>
    join(prefix, folder),
  );
}
