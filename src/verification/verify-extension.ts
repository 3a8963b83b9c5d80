import { quoteIdentifier } from '../lib/quote-identifier.ts';
import type { AvailableExtensions } from './available-extensions.ts';
import { compareStates, readCatalogState } from './catalog-state.ts';
import { checkModules, type ImageModules, ofImage } from './check-modules.ts';
import type { DescribedObject } from './compare-objects.ts';
import { type Created, createExtension, shownName } from './create-extension.ts';
import { readObjects } from './object-definitions.ts';
import { orderRequirements } from './order-requirements.ts';
import { attempted, preloadingIfNeeded } from './preload.ts';
import { type About, dropDatabase, failedBy, inSession, newDatabase, type Trial, timed } from './trial.ts';
import { failed, type Outcome, passed, type Step, skipped } from './verification-step.ts';
import { verifyUpdates } from './verify-updates.ts';

export interface ExtensionSubject {
  readonly image: string;
  readonly extension: string;
  /** `schema` of the control file. */
  readonly ownSchema: string | undefined;
  readonly hiddenBy: string | undefined;
  readonly modules: ImageModules;
  readonly available: AvailableExtensions;
  /** Extensions that could not be created. */
  readonly broken: Set<string>;
}

/** Everything that can be tried with an extension, in databases of its own. */
export async function* verifyExtension(trial: Trial, subject: ExtensionSubject): AsyncGenerator<Step> {
  const { image, extension, available, broken } = subject;
  const requirements = orderRequirements(available.requirements.get(extension) ?? [], available.requirements);
  const create = { image, extension, kind: 'create' as const, title: `CREATE EXTENSION ${shownName(extension)}` };
  const hindrance = whyNotTried(subject, requirements);
  if (hindrance !== undefined) {
    broken.add(extension);
    yield { ...create, outcome: hindrance, milliseconds: 0 };
    return;
  }
  const made = await newDatabase(trial);
  if (made.kind === 'failed') {
    yield await timed(trial, create, async () => ({ outcome: failedBy(made) }));
    return;
  }
  const created = yield* tryOnce(trial, subject, made.value, create, requirements);
  if (created === undefined) broken.add(extension);
  else if (created.fresh !== undefined) yield* verifyUpdates(trial, subject, created.version, created.fresh);
}

/** Creates it, looks at it, drops it. Undefined: it could not be created. */
async function* tryOnce(
  trial: Trial,
  subject: ExtensionSubject,
  database: string,
  create: About,
  requirements: readonly string[],
): AsyncGenerator<
  Step,
  { readonly version: string; readonly fresh: readonly DescribedObject[] | undefined } | undefined
> {
  const creation = { extension: subject.extension, version: undefined, requirements };
  try {
    const answer = yield* preloadingIfNeeded(trial, subject, () =>
      attempted(
        trial,
        create,
        () => createExtension(trial, database, creation),
        ({ version }) => ({ outcome: passed(`${version}${afterwards(requirements)}`), evidence: { version } }),
      ),
    );
    if (answer.kind === 'failed') return undefined;
    const fresh = yield* objectsStep(trial, subject, database);
    if (ofImage(answer.value.modules, subject.modules).length > 0) yield await loadStep(trial, subject, answer.value);
    yield await dropStep(trial, subject, database, answer.value);
    return { version: answer.value.version, fresh };
  } finally {
    await dropDatabase(trial, database);
  }
}

/** plpgsql is there from the beginning. */
function afterwards(requirements: readonly string[]): string {
  const made = requirements.filter((one) => one !== 'plpgsql');
  return made.length === 0 ? '' : `, after ${made.map(shownName).join(', ')}`;
}

function whyNotTried({ hiddenBy, broken }: ExtensionSubject, requirements: readonly string[]): Outcome | undefined {
  if (hiddenBy !== undefined) {
    const message = `PostgreSQL takes ${hiddenBy} instead, which comes first in extension_control_path`;
    return failed(`${message}; take one of the two away`);
  }
  const lost = requirements.find((one) => broken.has(one));
  return lost === undefined ? undefined : skipped(`it requires ${shownName(lost)}, which cannot be created`);
}

async function* objectsStep(
  trial: Trial,
  { image, extension }: ExtensionSubject,
  database: string,
): AsyncGenerator<Step, readonly DescribedObject[] | undefined> {
  const about = { image, extension, kind: 'objects' as const, title: `objects of ${shownName(extension)}` };
  const { step, answer } = await attempted(
    trial,
    about,
    () => inSession(trial, database, (client) => readObjects(client, extension)),
    (all) => {
      const members = all.filter(({ type }) => type !== 'extension');
      const objects = members.map(({ type, identity }) => ({ type, identity }));
      return { outcome: passed(countByType(members)), evidence: { objects } };
    },
  );
  yield step;
  return answer.kind === 'failed' ? undefined : answer.value;
}

/** `3 functions, 1 type` */
function countByType(objects: readonly DescribedObject[]): string {
  const counts = [...Map.groupBy(objects, ({ type }) => type)].map(([type, ones]) => ({ type, count: ones.length }));
  const shown = counts
    .sort((one, other) => other.count - one.count)
    .map(({ type, count }) => `${count} ${count === 1 ? type : plural(type)}`);
  return shown.length === 0 ? 'none' : shown.join(', ');
}

function plural(type: string): string {
  if (/(s|x|ch|sh)$/.test(type)) return `${type}es`;
  return /[^aeiou]y$/.test(type) ? `${type.slice(0, -1)}ies` : `${type}s`;
}

function loadStep(trial: Trial, { image, extension, modules }: ExtensionSubject, created: Created): Promise<Step> {
  const own = ofImage(created.modules, modules);
  const about = { image, extension, kind: 'load' as const, title: 'modules that CREATE EXTENSION loaded' };
  return timed(trial, about, async () => ({ outcome: checkModules(own, modules), evidence: { modules: own } }));
}

function dropStep(trial: Trial, subject: ExtensionSubject, database: string, created: Created): Promise<Step> {
  const { image, extension, ownSchema } = subject;
  const about = { image, extension, kind: 'drop' as const, title: `DROP EXTENSION ${shownName(extension)}` };
  return timed(trial, about, async () => {
    const answer = await inSession(trial, database, async (client) => {
      await client.query(`DROP EXTENSION ${quoteIdentifier(extension)}`);
      return compareStates(created.before, await readCatalogState(client), ownSchema);
    });
    return { outcome: answer.kind === 'failed' ? failedBy(answer) : dropOutcome(answer.value) };
  });
}

function dropOutcome({ left, gone }: ReturnType<typeof compareStates>): Outcome {
  if (left.length === 0 && gone.length === 0) return passed('nothing is left');
  const what = [
    ...left.map((one) => `left behind: ${one}`),
    ...gone.map((one) => `taken away, although it was there before: ${one}`),
  ];
  const count = left.length + gone.length;
  const message =
    count === 1 ? (what[0] ?? '') : `the database is not as it was before CREATE EXTENSION: ${count} objects`;
  return failed(message, count === 1 ? [] : what);
}
