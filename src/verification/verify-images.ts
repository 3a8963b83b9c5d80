import type { Finding } from '../lib/finding.ts';
import { quoteLiteral } from '../lib/quote-literal.ts';
import { type AvailableExtensions, readAvailableExtensions } from './available-extensions.ts';
import { checkModules, type ImageModules } from './check-modules.ts';
import { readLoadedModules } from './create-extension.ts';
import { inOrder, orderImages } from './order-requirements.ts';
import { attempted, preloadingIfNeeded, preloadStep } from './preload.ts';
import { crashWithinMs, dropDatabase, failedBy, inSession, newDatabase, type Trial, timed } from './trial.ts';
import { failed, passed, type Step } from './verification-step.ts';
import { verifyExtension } from './verify-extension.ts';

/** An image that is to be verified, as the static check has seen it. */
export interface VerifiedImage {
  readonly name: string;
  readonly findings: readonly Finding[];
  /** In milliseconds: how long the look at its files took. */
  readonly lookedMs: number;
  readonly extensions: readonly VerifiedExtension[];
  readonly modules: ImageModules;
  /** Those that no control file is about, without `.so`. */
  readonly lone: readonly string[];
  /** Those whose files name shared_preload_libraries, without `.so`. */
  readonly hinted: readonly string[];
  /** Paths of files with SQL. */
  readonly tests: readonly string[];
}

export interface VerifiedExtension {
  readonly name: string;
  /** `schema` of the control file. */
  readonly ownSchema: string | undefined;
  /** The control file of that name that PostgreSQL takes instead. */
  readonly hiddenBy: string | undefined;
}

/** Tries everything, and tells each step when it ends. What fails stops only what needs it. */
export async function* verifyImages(trial: Trial, images: readonly VerifiedImage[]): AsyncGenerator<Step> {
  const held: { available: AvailableExtensions | undefined } = { available: undefined };
  yield await startStep(trial, held);
  const broken = new Set<string>();
  for (const image of orderImages(images, held.available?.requirements ?? new Map())) {
    yield checkStep(image);
    if (held.available !== undefined) yield* verifyImage(trial, image, held.available, broken);
  }
}

function checkStep({ name, findings, lookedMs }: VerifiedImage): Step {
  const words = findings.map(({ severity, message }) => `${severity}: ${message}`);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const outcome =
    first === undefined
      ? passed(undefined, words)
      : failed(
          first.message,
          words.filter((word) => word !== `error: ${first.message}`),
        );
  return { image: name, kind: 'check', title: 'what can be told from its files', outcome, milliseconds: lookedMs };
}

function startStep(trial: Trial, held: { available: AvailableExtensions | undefined }): Promise<Step> {
  const preload = trial.preload.length === 0 ? '' : ` with shared_preload_libraries = '${trial.preload.join(', ')}'`;
  return timed(trial, { image: '', kind: 'start', title: `PostgreSQL starts${preload}` }, async () => {
    const started = await trial.server.start(trial.preload);
    if (started.kind === 'failed') return { outcome: failed(started.message) };
    const read = await inSession(trial, 'postgres', readAvailableExtensions);
    if (read.kind === 'failed') return { outcome: failedBy(read) };
    held.available = read.value;
    return { outcome: passed() };
  });
}

async function* verifyImage(
  trial: Trial,
  image: VerifiedImage,
  available: AvailableExtensions,
  broken: Set<string>,
): AsyncGenerator<Step> {
  for (const library of image.hinted.filter((one) => !isPreloaded(one, trial.preload))) {
    yield await preloadStep(trial, { image: image.name }, library, 'it speaks of shared_preload_libraries', false);
  }
  const subject = { image: image.name, modules: image.modules, available, broken };
  const byName = new Map(image.extensions.map((one) => [one.name, one]));
  const loaded = new Set<string>();
  for (const extension of inOrder([...byName.keys()], available.requirements)) {
    const one = byName.get(extension);
    const about = { ...subject, extension, ownSchema: one?.ownSchema, hiddenBy: one?.hiddenBy };
    for await (const step of verifyExtension(trial, about)) {
      for (const { file } of step.evidence?.modules ?? []) loaded.add(file);
      yield step;
    }
  }
  const { preload } = trial;
  for (const library of image.lone) if (!loaded.has(`${library}.so`)) yield* verifyModule(trial, image, library);
  for (const file of image.tests) yield await testStep(trial, image.name, file);
  if (trial.preload === preload) return;
  // What a module without an extension does to a whole server is nothing for other images: pg_crash ends processes.
  trial.preload = preload;
  await trial.server.halt();
}

/** Itself, or the library that loads it: timescaledb loads timescaledb-2.31.0. */
function isPreloaded(library: string, preload: readonly string[]): boolean {
  return preload.some((one) => one === library || (library.startsWith(`${one}-`) && /-\d[^-]*$/.test(library)));
}

/** https://www.postgresql.org/docs/18/sql-load.html */
async function* verifyModule(trial: Trial, image: VerifiedImage, library: string): AsyncGenerator<Step> {
  const statement = `LOAD ${quoteLiteral(library)}`;
  const about = { image: image.name, kind: 'load' as const, title: statement };
  const loadIt = () =>
    inSession(trial, 'postgres', async (client) => {
      await client.query(statement);
      const loaded = await readLoadedModules(trial, client);
      return loaded.filter(({ file }) => file === `${library}.so`);
    });
  yield* preloadingIfNeeded(trial, { image: image.name, extension: library, modules: image.modules }, () =>
    attempted(trial, about, loadIt, (modules) => ({
      outcome: checkModules(modules, image.modules),
      evidence: { modules },
    })),
  );
}

function testStep(trial: Trial, image: string, file: string): Promise<Step> {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return timed(trial, { image, kind: 'test', title: `test ${name}` }, async () => {
    const made = await newDatabase(trial);
    if (made.kind === 'failed') return { outcome: failedBy(made) };
    const run = await trial.runTest(file, made.value);
    const crash = run.kind === 'failed' && run.isGone ? await trial.server.crash(crashWithinMs) : undefined;
    await dropDatabase(trial, made.value);
    if (run.kind === 'passed') return { outcome: passed() };
    return { outcome: failed(crash === undefined ? run.message : `PostgreSQL crashed: ${crash}`) };
  });
}
