import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sharedFolder } from './shared-folder.ts';
import { postgresBinDir } from './throwaway-postgres.ts';

export interface ContribImages {
  /** Of a PostgreSQL that has nothing but plpgsql. */
  readonly binDir: string;
  /** The folder of each image, by the name of its extension or module. */
  readonly images: ReadonlyMap<string, string>;
}

/** Modules that no control file is about. */
const modules = ['auto_explain', 'auth_delay', 'passwordcheck', 'pg_overexplain', 'basic_archive'];
/** Libraries of the system that come with the embedded PostgreSQL, and which extensions need them. */
const systemLibraries: Readonly<Record<string, readonly string[]>> = {
  'uuid-ossp': ['libossp-uuid.so.16'],
  dblink: ['libpq.so.5'],
  postgres_fdw: ['libpq.so.5'],
};

/** The extensions of the embedded PostgreSQL that this machine can load, as images; those of other languages are left out. */
export function contribImages(): ContribImages {
  const folder = sharedFolder('contrib');
  const server = join(folder, 'server');
  const native = dirname(postgresBinDir());
  cpSync(native, server, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
  const control = join(server, 'share/postgresql/extension');
  const library = join(server, 'lib/postgresql');
  const images = new Map<string, string>();
  const imageOf = (name: string): string => {
    const image = join(folder, 'images', name);
    for (const part of ['share/extension', 'lib']) mkdirSync(join(image, part), { recursive: true });
    images.set(name, image);
    return image;
  };
  const move = (name: string, image: string): void => {
    const from = join(library, `${name}.so`);
    if (existsSync(from)) renameSync(from, join(image, 'lib', `${name}.so`));
  };
  const all = readdirSync(control);
  const names = all.flatMap((name) => (name.endsWith('.control') ? [name.slice(0, -'.control'.length)] : []));
  for (const name of names.filter((one) => !/^pl|_pl/.test(one))) {
    const image = imageOf(name);
    for (const file of all.filter((one) => one === `${name}.control` || one.startsWith(`${name}--`)))
      renameSync(join(control, file), join(image, 'share/extension', file));
    const text = readFileSync(join(image, 'share/extension', `${name}.control`), 'utf8');
    const module = /module_pathname\s*=\s*'\$libdir\/([^']+)'/.exec(text)?.[1];
    if (module !== undefined) move(module, image);
    for (const needed of systemLibraries[name] ?? []) {
      mkdirSync(join(image, 'system'), { recursive: true });
      copyFileSync(join(native, 'lib', needed), join(image, 'system', needed));
    }
  }
  rmSync(join(server, 'lib/libossp-uuid.so.16'), { force: true });
  for (const name of modules) move(name, imageOf(name));
  return { binDir: join(server, 'bin'), images };
}
