import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { execa } from 'execa';

// Makes dist/: one file with everything that runs PostgreSQL, and the code that V8 made of it; and one with the commands that read
// manifests, whose libraries a start must not wait for.

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = `${root}dist`;

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const commands = { resolve: 'resolveManifests', validate: 'validateManifests', render: 'renderManifests' };
const apart: Plugin = {
  name: 'commands that read manifests',
  setup({ onResolve }) {
    onResolve({ filter: /\/(resolve|validate|render)-command\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './manifests.cjs', external: true } : undefined,
    );
  },
};
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
await build({ ...common, entryPoints: [`${root}src/main.ts`], outfile: `${dist}/bundle.cjs`, plugins: [apart] });
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
const stage = mkdtempSync(join(tmpdir(), 'pgim-rehearsal-'));
try {
  chmodSync(stage, 0o755);
  await execa(process.execPath, [`${root}src/build/rehearse.cjs`, dist, stage], { stdin: 'ignore' });
} finally {
  rmSync(stage, { recursive: true, force: true });
}
