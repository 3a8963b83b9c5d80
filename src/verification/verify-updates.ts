import { quoteIdentifier } from '../lib/quote-identifier.ts';
import { readUpdatePaths } from './available-extensions.ts';
import { compareObjects, type DescribedObject, describeDifference } from './compare-objects.ts';
import { createExtension, shownName } from './create-extension.ts';
import { readObjects } from './object-definitions.ts';
import { orderRequirements } from './order-requirements.ts';
import { type PlannedUpdate, planUpdates } from './plan-updates.ts';
import {
  type About,
  type Answer,
  dropDatabase,
  failedBy,
  inSession,
  newDatabase,
  type Trial,
  timed,
  wordsOf,
} from './trial.ts';
import { failed, type Outcome, passed, type Step, skipped } from './verification-step.ts';
import type { ExtensionSubject } from './verify-extension.ts';

type Result = Pick<Step, 'outcome' | 'evidence'>;
type Tried = Extract<PlannedUpdate, { readonly kind: 'try' }>;

/** Each other version that can be created is, and is updated: what comes out has to be what CREATE EXTENSION makes. */
export async function* verifyUpdates(
  trial: Trial,
  subject: ExtensionSubject,
  target: string,
  fresh: readonly DescribedObject[],
): AsyncGenerator<Step> {
  const { image, extension, available } = subject;
  const about = (title: string): About => ({ image, extension, kind: 'update', title });
  const paths = await inSession(trial, 'postgres', (client) => readUpdatePaths(client, extension));
  if (paths.kind === 'failed') {
    yield await timed(trial, about(`updates to ${target}`), async () => ({ outcome: failedBy(paths) }));
    return;
  }
  for (const planned of planUpdates(target, available.versions.get(extension) ?? [], paths.value)) {
    switch (planned.kind) {
      case 'try': {
        const title = `update from ${planned.version} to ${target}`;
        yield await timed(trial, about(title), () => tryUpdate(trial, subject, planned, target, fresh));
        break;
      }
      case 'stranded': {
        const { version } = planned;
        const message = `no scripts lead from ${version} to ${target}, so databases that have ${version} stay there; add ${extension}--${version}--${target}.sql, or the steps between`;
        yield await timed(trial, about(`update from ${version} to ${target}`), async () => ({
          outcome: failed(message),
        }));
        break;
      }
      case 'skip': {
        const [only = '', ...more] = planned.versions;
        const which = more.length === 0 ? only : `${planned.versions.length} other versions`;
        const outcome = skipped(planned.reason, more.length === 0 ? [] : [listed(planned.versions)]);
        yield await timed(trial, about(`update from ${which} to ${target}`), async () => ({ outcome }));
      }
    }
  }
}

function listed(versions: readonly string[]): string {
  if (versions.length <= mostVersionsShown) return versions.join(', ');
  const first = versions.slice(0, mostVersionsShown - 1);
  return `${first.join(', ')} and ${versions.length - first.length} more up to ${versions.at(-1)}`;
}

const mostVersionsShown = 8;

async function tryUpdate(
  trial: Trial,
  subject: ExtensionSubject,
  planned: Tried,
  target: string,
  fresh: readonly DescribedObject[],
): Promise<Result> {
  const made = await newDatabase(trial);
  if (made.kind === 'failed') return { outcome: failedBy(made) };
  const { extension, available } = subject;
  // ALTER EXTENSION … UPDATE wants what the new version requires, and creates nothing of it.
  const required = [...planned.requires, ...(available.requirements.get(extension) ?? [])];
  const requirements = orderRequirements(required, available.requirements).filter((one) => one !== extension);
  try {
    const created = await createExtension(trial, made.value, { extension, version: planned.version, requirements });
    if (created.kind === 'failed') return { outcome: notCreated(created, planned.version) };
    const statement = `ALTER EXTENSION ${quoteIdentifier(extension)} UPDATE`;
    // In a session of its own, as its first statement: some extensions let nothing else through.
    const updated = await inSession(trial, made.value, (client) => client.query(statement));
    if (updated.kind === 'failed') {
      return { outcome: failed(`ALTER EXTENSION ${shownName(extension)} UPDATE fails: ${wordsOf(updated)}`) };
    }
    const read = await inSession(trial, made.value, (client) => readObjects(client, extension));
    return read.kind === 'failed' ? { outcome: failedBy(read) } : compared(fresh, read.value, planned, target);
  } finally {
    await dropDatabase(trial, made.value);
  }
}

/** An old script may ask for what PostgreSQL or the library has no more; nobody can mend what was released. */
function notCreated(answer: Extract<Answer<unknown>, { readonly kind: 'failed' }>, version: string): Outcome {
  const isOurs = answer.crash !== undefined || answer.failure.sqlState === undefined;
  return isOurs ? failedBy(answer) : skipped(`version ${version} cannot be created any more: ${wordsOf(answer)}`);
}

/** The scripts between, unless there are many. */
function byWay(path: string, version: string, target: string): string {
  if (path === `${version}--${target}`) return '';
  const steps = path.split('--').length - 1;
  return steps <= mostStepsShown ? `, by ${path}` : `, by ${steps} scripts`;
}

const mostStepsShown = 3;

function compared(
  fresh: readonly DescribedObject[],
  updated: readonly DescribedObject[],
  { version, path }: Tried,
  target: string,
): Result {
  const differences = compareObjects(fresh, updated);
  const by = byWay(path, version, target);
  if (differences.length === 0)
    return { outcome: passed(`the same objects as created${by}`), evidence: { differences } };
  const things = differences.length === 1 ? 'in one thing' : `in ${differences.length} things`;
  const message = `what is updated from ${version}${by} is not what CREATE EXTENSION makes, ${things}`;
  return { outcome: failed(message, differences.map(describeDifference)), evidence: { differences } };
}
