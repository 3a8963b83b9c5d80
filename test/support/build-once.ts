import { execFileSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Makes `dist/` before the tests that run the bundled program, unless it is newer than all that it is made of. */
export function setup(): void {
  const sources = globSync(['src/**/*.{ts,cjs,json}', 'package.json', 'package-lock.json'], { cwd: root });
  const newestMs = Math.max(...sources.map(modifiedMs));
  if (modifiedMs('dist/pg-instance-manager.cjs') > newestMs && modifiedMs('dist/commands.cache') > newestMs) return;
  execFileSync(process.execPath, ['src/build/bundle.ts'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}

function modifiedMs(file: string): number {
  return statSync(`${root}${file}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
