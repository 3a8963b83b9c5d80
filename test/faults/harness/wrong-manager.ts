import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** One change of one source file that makes the manager wrong. */
export interface Wrong {
  /** Below src/. */
  readonly file: string;
  readonly instead: string;
  readonly wrong: string;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Builds the program as it is, but for that change, and gives the path of the bundle. */
export async function buildWrongManager(changes: readonly Wrong[]): Promise<string> {
  const folder = temporaryFolder('wrong');
  chmodSync(folder, 0o755);
  const outfile = join(folder, 'pg-instance-manager.cjs');
  const made = new Set<string>();
  await build({
    entryPoints: [join(root, 'src/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    logLevel: 'error',
    external: ['pg-native', '@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler', 'light-my-request'],
    plugins: [
      {
        name: 'wrong',
        setup: ({ onLoad }) => {
          for (const { file, instead, wrong } of changes) {
            onLoad({ filter: new RegExp(`/src/${file.replaceAll('.', '\\.')}$`) }, ({ path }) => {
              const text = readFileSync(path, 'utf8');
              if (!text.includes(instead)) throw new Error(`${file} has no ${instead}`);
              made.add(file);
              return { contents: text.replace(instead, wrong), loader: 'ts' };
            });
          }
        },
      },
    ],
  });
  for (const { file } of changes) if (!made.has(file)) throw new Error(`${file} is not in the bundle`);
  return outfile;
}
