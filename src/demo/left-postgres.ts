// ⚡ Finds the PostgreSQL of a demo whose program was killed.
import { readFile } from 'node:fs/promises';

/** The port that it listens on; `undefined` if none runs in this data folder. */
export async function findPortOfLeftPostgres(dataFolder: string): Promise<number | undefined> {
  // https://www.postgresql.org/docs/18/storage-file-layout.html
  const [pid, folder, , port] = (await readText(`${dataFolder}/postmaster.pid`)).split('\n');
  const program = (await readText(`/proc/${Number(pid)}/comm`)).trim();
  return program === 'postgres' && folder === dataFolder ? Number(port) : undefined;
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
