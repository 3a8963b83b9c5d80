// ⚡ Copies the server and the extension images of the demo into its folder.
import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type DemoFile, demoImages, planDemoFiles } from './demo-layout.ts';
import type { EmbeddedPostgres } from './embedded-postgres.ts';

/**
 * Lays the demo out in `folder`, once for each version of its source. The stamp is written last, so that a lay-out
 * that was interrupted is done again. Folders that people add under `extensions/` stay.
 */
export async function layOutDemo(source: EmbeddedPostgres, folder: string): Promise<'laid-out' | 'reused'> {
  const stampFile = join(folder, 'layout-version');
  if ((await readIfThere(stampFile)) === source.stamp && (await isThere(join(folder, 'server/bin/postgres')))) {
    return 'reused';
  }
  await rm(stampFile, { force: true });
  await removeOwnFolders(folder);
  const files = planDemoFiles(await listFiles(source.nativeFolder), source.links);
  await makeFolders(folder, files);
  for (const file of files) {
    await install(file, source.nativeFolder, folder);
  }
  await writeFile(stampFile, source.stamp, { mode: 0o644 });
  return 'laid-out';
}

async function removeOwnFolders(folder: string): Promise<void> {
  const own = ['server', ...demoImages.map((image) => `extensions/${image.name}`)];
  for (const name of own) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** Every folder is made readable for the user that runs PostgreSQL, whatever the umask says. */
async function makeFolders(folder: string, files: readonly DemoFile[]): Promise<void> {
  const folders = new Set<string>();
  for (const { to } of files) {
    for (let parent = dirname(to); parent !== '.'; parent = dirname(parent)) {
      folders.add(parent);
    }
  }
  for (const name of [...folders].sort()) {
    await mkdir(join(folder, name), { recursive: true });
    await chmod(join(folder, name), 0o755);
  }
}

async function install(file: DemoFile, nativeFolder: string, folder: string): Promise<void> {
  const to = join(folder, file.to);
  if (file.kind === 'link') {
    await symlink(file.pointsTo, to);
    return;
  }
  await copyFile(join(nativeFolder, file.from), to, constants.COPYFILE_FICLONE);
  await chmod(to, file.mode);
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
