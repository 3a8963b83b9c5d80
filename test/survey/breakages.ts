import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { elfHash, patchModule, renameInStrings, renameSymbol } from './patch-module.ts';

/** One mistake in a copy of an image. `beside` makes an image that is mounted before it. */
export interface Breakage {
  readonly name: string;
  readonly apply: (image: ImageFiles) => void;
  readonly beside?: (image: ImageFiles, folder: string) => void;
}

export interface ImageFiles {
  readonly root: string;
  /** Of the first extension: `hll`. */
  readonly extension: string;
  readonly control: string;
  /** The script that creates a version, or the first of the steps to the default one. */
  readonly script: string;
  readonly scripts: string;
  readonly module: string;
}

export function filesOf(root: string): ImageFiles {
  const scripts = `${root}/share/extension`;
  const names = readdirSync(scripts).sort();
  const controlName = names.find((name) => name.endsWith('.control') && !name.includes('--')) ?? '';
  const extension = controlName.slice(0, -'.control'.length);
  const control = `${scripts}/${controlName}`;
  const text = readFileSync(control, 'utf8');
  const version = /^\s*default_version\s*=\s*'([^']*)'/m.exec(text)?.[1] ?? '';
  const script =
    names.find((name) => name === `${extension}--${version}.sql`) ??
    names.find((name) => name.startsWith(`${extension}--`) && name.split('--').length === 2);
  const module = readdirSync(`${root}/lib`).find((name) => name.endsWith('.so')) ?? '';
  return { root, extension, control, scripts, script: `${scripts}/${script}`, module: `${root}/lib/${module}` };
}

const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(path, change(readFileSync(path, 'latin1')), 'latin1');

const inModule = (name: string, change: (bytes: Buffer) => unknown): Breakage => ({
  name,
  apply: ({ module }) => patchModule(module, change),
});

const inControl = (name: string, line: string): Breakage => ({
  name,
  apply: ({ control }) => appendFileSync(control, `\n${line}\n`),
});

const inScript = (name: string, statement: (image: ImageFiles) => string): Breakage => ({
  name,
  apply: (image) => edit(image.script, (text) => `${statement(image)}\n${text}`),
});

/** `PostgreSQL` of the magic block, behind six numbers. */
function inMagic(name: string, change: (block: Buffer) => void): Breakage {
  return inModule(name, (bytes) => {
    for (let at = bytes.indexOf('PostgreSQL\0'); at >= 0; at = bytes.indexOf('PostgreSQL\0', at + 1)) {
      const start = at - 24;
      if (start >= 0 && bytes.readUInt32LE(start + 4) === 1800) change(bytes.subarray(start));
    }
    return bytes;
  });
}

/** The libraries of the system that the image brings, as files. */
function systemLibraries({ root }: ImageFiles): readonly string[] {
  const folder = `${root}/system`;
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ name }) => `${folder}/${name}`);
}

export const breakages: readonly Breakage[] = [
  inModule('cut-off', (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.6))),
  inModule('cut-at-header', (bytes) => bytes.subarray(0, 40)),
  inModule('empty-module', () => Buffer.alloc(0)),
  inModule('text-module', () => Buffer.from('version https://git-lfs.github.com/spec/v1\n'.repeat(20))),
  inModule('foreign', (bytes) => bytes.writeUInt16LE(183, 18)),
  inModule('of-32-bit', (bytes) => bytes.writeUInt8(1, 4)),
  inModule('executable-stack', (bytes) => {
    const header = Buffer.alloc(4);
    header.writeUInt32LE(0x64_74_e5_51);
    bytes.writeUInt32LE(7, bytes.indexOf(header, 64) + 4);
  }),
  inMagic('other-major', (block) => block.writeUInt32LE(1700, 4)),
  inMagic('other-make', (block) => block.write('EnterpriseX', 24, 'latin1')),
  inMagic('other-limits', (block) => block.writeUInt32LE(200, 8)),
  inModule('no-magic', (bytes) => renameInStrings(bytes, 'Pg_magic_func', 'Pg_magic_funk')),
  inModule('symbol-version', (bytes) => {
    const old = ['GLIBC_2.14', 'GLIBC_2.34', 'GLIBC_2.4', 'GLIBC_2.2.5'].find((name) => bytes.includes(`\0${name}\0`));
    if (old === undefined) throw new Error('it needs no version of glibc');
    const name = old.slice(0, 6) + '9'.repeat(old.length - 6);
    const hash = Buffer.alloc(4);
    hash.writeUInt32LE(elfHash(old));
    const at = bytes.indexOf(hash);
    if (at >= 0) bytes.writeUInt32LE(elfHash(name), at);
    return renameInStrings(bytes, old, name);
  }),
  inModule('undefined-symbol', (bytes) => renameInStrings(bytes, 'errfinish', 'errfinis_')),
  {
    name: 'link-to-nowhere',
    apply: ({ module }) => {
      rmSync(module);
      symlinkSync('/usr/lib/postgresql/18/lib/not-there.so', module);
    },
  },
  { name: 'no-module', apply: ({ module }) => rmSync(module) },
  {
    name: 'control-too-high',
    apply: ({ control, root, extension }) => renameSync(control, `${root}/share/${extension}.control`),
  },
  {
    name: 'debian-layout',
    apply: ({ root }) => {
      mkdirSync(`${root}/usr/share/postgresql`, { recursive: true });
      mkdirSync(`${root}/usr/lib/postgresql/18`, { recursive: true });
      renameSync(`${root}/share`, `${root}/usr/share/postgresql/18`);
      renameSync(`${root}/lib`, `${root}/usr/lib/postgresql/18/lib`);
    },
  },
  { name: 'no-script', apply: ({ script }) => rmSync(script) },
  {
    name: 'other-default-version',
    apply: ({ control }) => edit(control, (text) => text.replace(/(default_version\s*=\s*)'[^']*'/, "$1'99.9'")),
  },
  {
    name: 'no-default-version',
    apply: ({ control }) => edit(control, (text) => text.replace(/^\s*default_version.*$/m, '')),
  },
  inScript('loads-libdir', ({ module }) => `LOAD '$libdir/${module.replace(/.*\/|\.so$/g, '')}';`),
  inScript('library-in-a-folder', () => "CREATE FUNCTION x_() RETURNS int LANGUAGE c AS '$libdir/plugins/x', 'x';"),
  inScript('other-library', () => "CREATE FUNCTION x_() RETURNS int LANGUAGE c AS 'not_there', 'x';"),
  inScript('other-function', () => "CREATE FUNCTION x_() RETURNS int LANGUAGE c AS 'MODULE_PATHNAME', 'not_there_';"),
  inControl('bogus-parameter', "flavour = 'sweet'"),
  inControl('bogus-encoding', "encoding = 'utf-99'"),
  inControl('unbalanced-quote', "comment = 'it"),
  inControl('requires-unknown', "requires = 'not_there'"),
  {
    name: 'requires-itself',
    apply: ({ control, extension }) => appendFileSync(control, `\nrequires = '${extension}'\n`),
  },
  {
    name: 'takes-library-of-server',
    apply: (image) => {
      for (const path of systemLibraries(image).slice(0, 1)) cpSync(path, `${image.root}/system/libssl.so.3`);
    },
  },
  inControl('schema-and-relocatable', "relocatable = true\nschema = 'x'"),
  inControl('other-module-pathname', "module_pathname = '$libdir/not_there'"),
  inControl('other-directory', "directory = 'not_there'"),
  {
    name: 'no-system-library',
    apply: (image) => {
      for (const path of systemLibraries(image).slice(0, 1)) rmSync(path);
    },
  },
  {
    name: 'system-library-cut-off',
    apply: (image) => {
      for (const path of systemLibraries(image)) patchModule(path, (bytes) => bytes.subarray(0, bytes.length * 0.6));
    },
  },
  {
    name: 'foreign-system-library',
    apply: (image) => {
      for (const path of systemLibraries(image)) patchModule(path, (bytes) => bytes.writeUInt16LE(183, 18));
    },
  },
  {
    name: 'soname-conflict-of-versions',
    apply: () => undefined,
    beside: (image, folder) => otherLibraries(image, folder, 'versions'),
  },
  {
    name: 'soname-conflict-of-symbols',
    apply: () => undefined,
    beside: (image, folder) => otherLibraries(image, folder, 'symbols'),
  },
  {
    name: 'soname-conflict-without-harm',
    apply: () => undefined,
    beside: (image, folder) => otherLibraries(image, folder, 'bytes'),
  },
];

/** An image with libraries of the same names, in which all versions or all symbols are others. */
function otherLibraries(image: ImageFiles, folder: string, what: 'versions' | 'symbols' | 'bytes'): void {
  mkdirSync(`${folder}/share/extension`, { recursive: true });
  mkdirSync(`${folder}/lib`, { recursive: true });
  // It needs them too: what no module needs is not proposed.
  cpSync(image.module, `${folder}/lib/other_${what}.so`);
  cpSync(`${image.root}/system`, `${folder}/system`, { recursive: true, verbatimSymlinks: true });
  for (const path of systemLibraries({ ...image, root: folder })) {
    if (what === 'bytes') appendFileSync(path, 'another build');
    else patchModule(path, (bytes) => (what === 'versions' ? otherVersions(bytes) : otherSymbols(bytes)));
  }
}

const versionName = /\0([A-Z][A-Z0-9-]*_\d[\w.]*)(?=\0)/g;

function otherVersions(bytes: Buffer): Buffer {
  const names = new Set([...bytes.toString('latin1').matchAll(versionName)].map(([, name = '']) => name));
  let changed = bytes;
  for (const name of names) {
    if (!/^(GLIBC|GCC|GLIBCXX|CXXABI)_/.test(name)) changed = renameInStrings(changed, name, `${name.slice(0, -1)}Z`);
  }
  return changed;
}

const symbolName = /\0((?:curl|memcached|libscrypt|lat|cell|is|lua|_Z)[A-Za-z0-9_]{3,})(?=\0)/g;

function otherSymbols(bytes: Buffer): Buffer {
  const names = new Set([...bytes.toString('latin1').matchAll(symbolName)].map(([, name = '']) => name));
  let changed = bytes;
  for (const name of names) changed = renameSymbol(changed, name, `${name.slice(0, -1)}Z`);
  return changed;
}
