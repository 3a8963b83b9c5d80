import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { execa } from 'execa';

// Makes dist/: one file to run PostgreSQL with, and one for the other commands; for each of them the code that V8 made of it; and
// one with the commands that read manifests, whose libraries no other command must wait for.

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = `${root}dist`;

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const commands = { resolve: 'resolveManifests', validate: 'validateManifests', render: 'renderManifests' };
/** What is loaded when it is needed stays in files of its own. */
function apart(files: readonly { readonly path: string; readonly modules: RegExp }[]): Plugin {
  return {
    name: 'files of their own',
    setup({ onResolve }) {
      for (const { path, modules } of files) {
        onResolve({ filter: modules }, ({ kind }) =>
          kind === 'dynamic-import' ? { path, external: true } : undefined,
        );
      }
    },
  };
}
const manifests = { path: './manifests.cjs', modules: /\/(resolve|validate|render)-command\.ts$/ };
// Never loaded from the other of the two: the command says which of them it is.
const running = { path: './run.cjs', modules: /\/(instance\/[^/]+|logger)\.ts$/ };
const lookingAtImages = { path: './commands.cjs', modules: /\/(where-asked|check-command|verify-command)\.ts$/ };
const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  minifyWhitespace: true,
  minifySyntax: true,
  // the loader reads it as Latin-1, which costs half the memory of UTF-16
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'warning',
  // never loaded: an optional driver, and what Fastify needs for schemas and for tests of its own
  external: ['pg-native', '@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler', 'light-my-request'],
  // another file is required, as the bundle itself is
  supported: { 'dynamic-import': false },
};
const main = [`${root}src/main.ts`];
await build({
  ...common,
  entryPoints: main,
  outfile: `${dist}/run.cjs`,
  plugins: [apart([manifests, lookingAtImages])],
});
await build({ ...common, entryPoints: main, outfile: `${dist}/commands.cjs`, plugins: [apart([manifests, running])] });
await build({
  ...common,
  stdin: {
    contents: Object.entries(commands)
      .map(([command, name]) => `export { ${name} } from './src/cli/${command}-command.ts';`)
      .join('\n'),
    resolveDir: root,
  },
  outfile: `${dist}/manifests.cjs`,
});
copyFileSync(`${root}src/build/pg-instance-manager.cjs`, `${dist}/pg-instance-manager.cjs`);
chmodSync(`${dist}/pg-instance-manager.cjs`, 0o755);
for (const play of ['run', 'commands']) {
  const stage = mkdtempSync(join(tmpdir(), 'pgim-rehearsal-'));
  try {
    chmodSync(stage, 0o755);
    await execa(process.execPath, [`${root}src/build/rehearse.cjs`, dist, stage, play], { stdin: 'ignore' });
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}
