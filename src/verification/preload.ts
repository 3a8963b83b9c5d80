import { libraryToPreload } from '../server/library-to-preload.ts';
import type { ImageModules } from './check-modules.ts';
import { type About, type Answer, failedBy, type Trial, timed } from './trial.ts';
import { failed, passed, type Step, skipped } from './verification-step.ts';

interface Attempt<T> {
  readonly step: Step;
  readonly answer: Answer<T>;
}

/** A step that is an answer of the server, with the answer. */
export async function attempted<T>(
  trial: Trial,
  about: About,
  run: () => Promise<Answer<T>>,
  judge: (value: T) => Pick<Step, 'outcome' | 'evidence'>,
): Promise<Attempt<T>> {
  const start = trial.clock.now();
  const answer = await run();
  trial.stop.throwIfAborted();
  const result = answer.kind === 'failed' ? { outcome: failedBy(answer) } : judge(answer.value);
  return { answer, step: { ...about, ...result, milliseconds: Math.round(trial.clock.now() - start) } };
}

/**
 * Tries something; when it fails because a library has to be there from the start of the server, the server is started again with
 * it, and it is tried once more.
 */
export async function* preloadingIfNeeded<T>(
  trial: Trial,
  subject: { readonly image: string; readonly extension: string | undefined; readonly modules: ImageModules },
  attempt: () => Promise<Attempt<T>>,
): AsyncGenerator<Step, Answer<T>> {
  const first = await attempt();
  const library = wantedLibrary(first.answer, subject.extension, subject.modules);
  if (library === undefined || trial.preload.includes(library)) {
    yield first.step;
    return first.answer;
  }
  const step = await preloadStep(trial, subject, library, 'it says that it must be preloaded');
  yield step;
  const last = step.outcome.result === 'passed' ? await attempt() : first;
  yield last.step;
  return last.answer;
}

function wantedLibrary(
  answer: Answer<unknown>,
  extension: string | undefined,
  modules: ImageModules,
): string | undefined {
  if (answer.kind === 'done' || answer.crash !== undefined) return undefined;
  const named = libraryToPreload(answer.failure.message, extension);
  if (named === undefined) return undefined;
  const files = [...modules.keys()].map((file) => file.replace(/\.so$/, ''));
  return files.find((file) => file.toLowerCase() === named.toLowerCase()) ?? named;
}

/**
 * Starts the server again with one library more; without it when that does not work. Nobody said for sure that a library which
 * is only thought to want it does want it, so such a one is passed over.
 */
export async function preloadStep(
  trial: Trial,
  { image, extension }: { readonly image: string; readonly extension?: string | undefined },
  library: string,
  why: string,
  isSure = true,
): Promise<Step> {
  const about: About = {
    image,
    ...(extension === undefined ? {} : { extension }),
    kind: 'preload',
    title: `PostgreSQL starts with ${library} in shared_preload_libraries`,
  };
  return timed(trial, about, async () => {
    const before = trial.preload;
    trial.preload = [...before, library];
    const started = await trial.server.start(trial.preload);
    if (started.kind === 'ready') return { outcome: passed(why) };
    trial.preload = before;
    // Should this fail too, whatever comes next says it.
    await trial.server.start(before);
    return { outcome: isSure ? failed(started.message) : skipped(`${why}, but: ${started.message}`) };
  });
}
