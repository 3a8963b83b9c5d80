import { spawnSync } from 'node:child_process';
import { postgresUser } from './temporary-folder.ts';

/**
 * Calls an exported function of `src/<file>` as a user without privileges and returns what it returned: root may read
 * everything, so a missing permission cannot be seen as root. Arguments and result are JSON.
 */
export function asNobody(file: string, name: string, args: readonly unknown[]): unknown {
  const { uid, gid } = postgresUser();
  // Imported before stepping down: the checkout may lie where that user cannot go.
  const stepDown =
    uid === undefined
      ? ''
      : `process.setgroups([]); process.setgid(${gid}); process.setuid(${uid}); process.chdir('/');`;
  const script = `import { ${name} } from ${JSON.stringify(new URL(`../../src/${file}`, import.meta.url).href)};
${stepDown}
process.stdout.write(JSON.stringify(${name}(...${JSON.stringify(args)})));`;
  const result = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${name} failed: ${result.error?.message ?? result.stderr}`);
  return JSON.parse(result.stdout);
}
