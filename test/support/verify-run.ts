import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { program } from './running-manager.ts';
import { sharedFolder } from './shared-folder.ts';
import { postgresBinDir } from './throwaway-postgres.ts';

const step = z.object({
  image: z.string(),
  extension: z.optional(z.string()),
  kind: z.string(),
  title: z.string(),
  milliseconds: z.number(),
  outcome: z.object({
    result: z.enum(['passed', 'failed', 'known', 'skipped']),
    note: z.optional(z.string()),
    message: z.optional(z.string()),
    reason: z.optional(z.string()),
    details: z.array(z.string()),
  }),
  evidence: z.optional(
    z.object({
      version: z.optional(z.string()),
      objects: z.optional(z.array(z.object({ type: z.string(), identity: z.string() }))),
      modules: z.optional(
        z.array(
          z.object({
            file: z.string(),
            path: z.nullable(z.string()),
            name: z.nullable(z.string()),
            version: z.nullable(z.string()),
          }),
        ),
      ),
      differences: z.optional(
        z.array(z.object({ kind: z.string(), object: z.string(), aspect: z.optional(z.string()) })),
      ),
    }),
  ),
});
const report = z.object({
  server: z.object({ version: z.string(), binDirectory: z.string() }),
  images: z.array(z.object({ name: z.string(), path: z.string(), ld_library_path: z.array(z.string()) })),
  shared_preload_libraries: z.array(z.string()),
  result: z.enum(['passed', 'failed']),
  counts: z.object({ passed: z.number(), failed: z.number(), known: z.number(), skipped: z.number() }),
  unusedKnownFailures: z.array(z.string()),
  milliseconds: z.number(),
  steps: z.array(step),
});
export type VerifyStep = z.infer<typeof step>;

export interface VerifyEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it left in the folder for temporary files. */
  readonly leftBehind: readonly string[];
}

export interface VerifyOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly program?: string;
  /** Called with the output so far, each time there is more of it. */
  readonly watch?: (output: string, kill: (signal: NodeJS.Signals) => void, temporary: string) => void;
}

/** Runs the bundled `verify` with the embedded PostgreSQL, unless the arguments name another. */
export async function runVerify(args: readonly string[], options: VerifyOptions = {}): Promise<VerifyEnd> {
  const temporary = join(sharedFolder('verify'), 'tmp');
  mkdirSync(temporary);
  // As /tmp is: verify makes its folder as root, and works in it as somebody else.
  chmodSync(temporary, 0o1777);
  const bin = args.includes('--bin-dir') || options.env?.['PATH'] !== undefined ? [] : ['--bin-dir', postgresBinDir()];
  const child = spawn(process.execPath, [options.program ?? program, 'verify', ...args, ...bin], {
    cwd: '/',
    uid: options.uid,
    gid: options.gid,
    env: { PATH: '/usr/bin:/bin', TMPDIR: temporary, PGIM_CONFIG: '/nowhere', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (piece: string) => {
      text[name] += piece;
      options.watch?.(text.stdout, (signal) => child.kill(signal), temporary);
    });
  }
  const [exitCode, signal] = await once(child, 'close');
  return { exitCode, signal, ...text, leftBehind: readdirSync(temporary) };
}

export type VerifyReport = z.infer<typeof report> & Pick<VerifyEnd, 'exitCode' | 'leftBehind'>;

/** The same with `-o json`, read. */
export async function verifyReport(args: readonly string[], options: VerifyOptions = {}): Promise<VerifyReport> {
  const end = await runVerify([...args, '-o', 'json'], options);
  if (end.stderr !== '' || end.stdout === '') throw new Error(`verify ended with ${end.exitCode}: ${end.stderr}`);
  return { ...report.parse(JSON.parse(end.stdout)), exitCode: end.exitCode, leftBehind: end.leftBehind };
}

/** The only step of an image that is of a kind, and has this in its title. */
export function oneStep({ steps }: VerifyReport, image: string, kind: string, title = ''): VerifyStep {
  const found = steps.filter((one) => one.image === image && one.kind === kind && one.title.includes(title));
  const [only, ...more] = found;
  if (only === undefined || more.length > 0) {
    throw new Error(
      `${found.length} steps ${kind} ${title} of ${image}, in ${steps.map((one) => one.title).join('; ')}`,
    );
  }
  return only;
}
