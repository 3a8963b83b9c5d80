import { existsSync } from 'node:fs';
import { runProgram } from '../initialization/run-program.ts';

/** A folder with postgres and initdb of a PostgreSQL that can look for extensions in images. */
export interface FoundServer {
  readonly binDirectory: string;
  /** `18.4` */
  readonly version: string;
}

/** One that is there and cannot be used, for the sentence about it. */
interface PassedOver {
  readonly folder: string;
  readonly why: string;
}

/** The first with extension_control_path: https://www.postgresql.org/docs/18/runtime-config-client.html */
const oldestMajor = 18;

/** The first of the folders that has a PostgreSQL of 18 or later. */
export async function findServer(
  folders: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<FoundServer | { readonly passedOver: readonly PassedOver[] }> {
  const passedOver: PassedOver[] = [];
  for (const folder of new Set(folders)) {
    const version = await versionIn(folder, environment);
    if (version === undefined) passedOver.push({ folder, why: 'cannot be executed' });
    else if (Number.parseInt(version, 10) < oldestMajor) passedOver.push({ folder, why: `is ${version}` });
    else if (!existsSync(`${folder}/initdb`)) passedOver.push({ folder, why: `is ${version}, without initdb` });
    else return { binDirectory: folder, version };
  }
  return { passedOver };
}

/** `postgres (PostgreSQL) 18.4 (Debian 18.4-1)` */
async function versionIn(folder: string, environment: Readonly<Record<string, string>>): Promise<string | undefined> {
  const lines: string[] = [];
  const program = { file: `${folder}/postgres`, args: ['--version'], environment };
  await runProgram(program, (line) => void lines.push(line), new AbortController().signal);
  return lines.map((line) => /\(PostgreSQL\) (\d+\S*)/.exec(line)?.[1]).find((version) => version !== undefined);
}
