import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The user that PostgreSQL runs as: it refuses root, so root steps down to `nobody`. Empty for a normal user. */
export function postgresUser(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const nobody = readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(\d+):(\d+):/m);
  return { uid: Number(nobody?.[1] ?? 65534), gid: Number(nobody?.[2] ?? 65534) };
}

/**
 * An empty folder that PostgreSQL's user owns, short enough for a unix socket in it. It is removed when this process
 * ends in whatever way, and a postmaster on its `data` is stopped.
 */
export function temporaryFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `pgim-${purpose}-`));
  const { uid, gid } = postgresUser();
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  cache.janitor ??= startJanitor();
  cache.janitor.stdin?.write(`${folder}\n`);
  return folder;
}

const cache: { janitor?: ChildProcess } = {};

// Test workers are killed rather than left to end, so their exit handlers do not run. The end of a pipe does not
// depend on how its writer ended.
const script = `
while read -r folder; do set -- "$@" "$folder"; done
for folder; do
  pid=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null) || continue
  [ "$(readlink "/proc/$pid/cwd")" = "$(readlink -f "$folder/data")" ] && kill -QUIT "$pid" && sleep 0.5
done
chmod -R u+rwX -- "$@" 2>/dev/null # of a user who is not root
rm -rf -- "$@"
`;

function startJanitor(): ChildProcess {
  const child = spawn('sh', ['-c', script], { detached: true, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return child;
}
