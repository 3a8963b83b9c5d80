// ⚡ Lays out extensions of SQL alone, and databases by the hundred that have them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quoteIdentifier } from '../../src/lib/quote-identifier.ts';
import { openSession } from './first-connection.ts';

export interface DatabasesLayout {
  readonly databases: readonly string[];
  /** Of each database. */
  readonly extensions: readonly string[];
  /** One more that the image has; by it a declaration is changed. */
  readonly spare: string;
}

const imageName = 'bench-sql';

export function databasesLayout(databaseCount: number, extensionCount: number): DatabasesLayout {
  const numbered = (prefix: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `${prefix}_${String(index).padStart(3, '0')}`);
  return {
    databases: numbered('bench_database', databaseCount),
    extensions: numbered('bench_extension', extensionCount),
    spare: 'bench_spare',
  };
}

/** One image that has them all; returns the folder of images. */
export function installSqlExtensions(folder: string, { extensions, spare }: DatabasesLayout): string {
  const directory = join(folder, 'sql-extensions');
  const control = join(directory, imageName, 'share/extension');
  mkdirSync(control, { recursive: true });
  for (const name of [...extensions, spare]) {
    writeFileSync(join(control, `${name}.control`), "default_version = '1.0'\nrelocatable = true\n");
    const sql = `CREATE FUNCTION ${name}() RETURNS integer LANGUAGE sql AS 'SELECT 1';\n`;
    writeFileSync(join(control, `${name}--1.0.sql`), sql);
  }
  return directory;
}

/** `spareIn`: of which databases the spare extension is declared, and whether it is to be there. */
export function renderDatabases(layout: DatabasesLayout, spareIn: ReadonlyMap<string, boolean>): string {
  const databases = layout.databases.map((database) => {
    const spare = spareIn.get(database);
    const lines = [
      ...layout.extensions.map((name) => `{ name: ${name} }`),
      ...(spare === undefined ? [] : [`{ name: ${layout.spare}, ensure: ${spare ? 'present' : 'absent'} }`]),
    ];
    return `  - name: ${database}\n    extensions:\n${lines.map((line) => `      - ${line}\n`).join('')}`;
  });
  return `${renderImage()}databases:\n${databases.join('')}`;
}

/** Without databases, and without waiting for the disk: for the time in which they are made. */
export function renderWhileMaking(): string {
  return `${renderImage()}parameters: { fsync: off, full_page_writes: off, synchronous_commit: off }\n`;
}

function renderImage(): string {
  return `extensions:\n  - name: ${imageName}\n`;
}

/** The first one gets the extensions, the others are copies of it. */
export async function createDatabases(socketDirectory: string, layout: DatabasesLayout): Promise<void> {
  const [first, ...others] = layout.databases.map(quoteIdentifier);
  if (first === undefined) return;
  const session = await openSession(socketDirectory);
  await session.query(`CREATE DATABASE ${first}`);
  const inside = await openSession(socketDirectory, layout.databases[0]);
  for (const extension of layout.extensions) await inside.query(`CREATE EXTENSION ${quoteIdentifier(extension)}`);
  await inside.end();
  for (const other of others) await session.query(`CREATE DATABASE ${other} TEMPLATE ${first} STRATEGY file_copy`);
  await session.query('CHECKPOINT');
  await session.end();
}
