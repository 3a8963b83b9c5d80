// ⚡ Writes the demo's configuration, and never over what a person wrote.
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes `config/instance.yaml` in the demo's folder if there is no configuration yet, or if the file is still the one
 * that was written here before. What was written is remembered by its sha256, outside of the configuration's folder.
 */
export async function installDemoConfiguration(folder: string, text: string): Promise<'written' | 'kept'> {
  const configFolder = join(folder, 'config');
  const file = join(configFolder, 'instance.yaml');
  const record = join(folder, 'config-written.sha256');
  await mkdir(configFolder, { recursive: true });
  await chmod(configFolder, 0o755);

  const found = await readIfThere(file);
  if (found !== text) {
    const isOurs =
      found === undefined ? !(await holdsConfiguration(configFolder)) : sha256(found) === (await readIfThere(record));
    if (!isOurs) {
      return 'kept';
    }
    const temporary = join(folder, 'instance.yaml.new');
    await writeFile(temporary, text);
    await chmod(temporary, 0o644);
    await rename(temporary, file);
  }
  await writeFile(record, sha256(text), { mode: 0o644 });
  return found === text ? 'kept' : 'written';
}

/** Someone may have split the file into several of other names. */
async function holdsConfiguration(configFolder: string): Promise<boolean> {
  return (await readdir(configFolder)).some((name) => /\.(ya?ml|json)$/.test(name));
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
