// ⚡ Lays out image folders by the hundred.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ManyExtensions {
  readonly directory: string;
  /** The configuration that names them all. */
  readonly configuration: string;
}

const libraryBytes = 64 * 1024;

/** Each has 2 control files, 3 scripts and 1 library, none of which is to be loaded. */
export function installManyExtensions(folder: string, count: number): ManyExtensions {
  const directory = join(folder, 'many-extensions');
  const names = Array.from({ length: count }, (_, index) => `image-${String(index).padStart(3, '0')}`);
  for (const name of names) installImage(join(directory, name), name.replace('-', '_'));
  const entries = names.map((name) => `  - name: ${name}\n    image: { reference: "registry.example/${name}:1.2" }\n`);
  return { directory, configuration: `extensions:\n${entries.join('')}parameters: { work_mem: 8MB }\n` };
}

function installImage(image: string, extension: string): void {
  const control = join(image, 'share/extension');
  mkdirSync(control, { recursive: true });
  mkdirSync(join(image, 'lib'));
  for (const name of [extension, `${extension}_tools`]) {
    const lines = [
      `comment = 'what ${name} is good for'`,
      "default_version = '1.2'",
      `module_pathname = '$libdir/${extension}'`,
      'relocatable = true',
      ...(name === extension ? [] : [`requires = '${extension}'`]),
    ];
    writeFileSync(join(control, `${name}.control`), `${lines.join('\n')}\n`);
  }
  for (const version of ['1.0', '1.0--1.1', '1.1--1.2']) {
    writeFileSync(join(control, `${extension}--${version}.sql`), `SELECT '${extension} ${version}';\n`);
  }
  writeFileSync(join(image, 'lib', `${extension}.so`), Buffer.alloc(libraryBytes));
}
