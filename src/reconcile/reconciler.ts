import { isDeepStrictEqual } from 'node:util';
import type { InstanceConfiguration } from '../configuration/instance-configuration.ts';
import type { ConfigurationFile, ConfigurationProblem } from '../configuration/parse-configuration.ts';
import { renderRememberedFiles } from '../configuration/remembered-files.ts';
import { renderAppliedImages } from '../removal/applied-images-text.ts';
import type { Action, Executors, Outcome } from './action.ts';
import { execute } from './action.ts';
import type { DesiredState } from './desired-state.ts';
import type { World } from './observe-world.ts';
import { type ObservedInstance, plan } from './plan.ts';

/** The configuration in force, and what is wrong with the one that is on disk, if it is another. */
export interface ConfigurationInForce {
  readonly configuration: InstanceConfiguration;
  readonly files: readonly ConfigurationFile[];
  /** Of these files. */
  readonly sha256: string;
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly ConfigurationProblem[];
}

/** What a pass found and did; the status is made of it. */
export interface PassReport {
  readonly inForce: ConfigurationInForce;
  readonly world: World;
  readonly desired: DesiredState;
  readonly observed: ObservedInstance;
  readonly outcomes: readonly { readonly action: Action; readonly outcome: Outcome }[];
}

/** The eyes and hands of the loop. */
export interface PassPorts {
  readonly readConfiguration: () => ConfigurationInForce;
  readonly observeWorld: (configuration: InstanceConfiguration) => World;
  readonly desire: (world: World) => DesiredState;
  readonly observe: (
    desired: DesiredState,
    world: World,
    refusedSha256: string | undefined,
  ) => Promise<ObservedInstance>;
  readonly executors: Executors;
  /** Before anything is done, and again after each action; throws when nothing may be done. */
  readonly beforeActing: (soFar: PassReport) => void;
  /** Once, at the end: what is seen in the middle of a change would only come and go in the status. */
  readonly report: (report: PassReport) => void;
}

/** A start needs three actions, a change that needs a restart five; more are two things that undo each other. */
const mostSteps = 8;

/**
 * One pass: look, plan the next step, act, look again, until there is nothing left to do. What triggered it carries no
 * truth. The same plan twice in a row means that an action did not do what it was thought to do; then the pass ends.
 */
export async function pass(ports: PassPorts, isStopping: () => boolean): Promise<void> {
  let previous: readonly Action[] = [];
  let refusedSha256: string | undefined;
  const inForce = ports.readConfiguration();
  const world = ports.observeWorld(inForce.configuration);
  const desired = ports.desire(world);
  const rememberedText = renderRememberedFiles(inForce);
  let appliedText: string | undefined = renderAppliedImages(world.applied);
  const outcomes: PassReport['outcomes'][number][] = [];
  for (let step = 0; step < mostSteps; step += 1) {
    const observed = await ports.observe(desired, world, refusedSha256);
    if (isStopping()) return;
    const actions = plan({ ...desired, rememberedText, appliedText }, observed);
    const isStuck = isDeepStrictEqual(actions, previous) || step === mostSteps - 1;
    const soFar = { inForce, world, desired, observed, outcomes: [...outcomes] };
    if (actions.length === 0 || isStuck) return ports.report(soFar);
    ports.beforeActing(soFar);
    for (const action of actions) {
      const outcome = await execute(ports.executors, action);
      outcomes.push({ action, outcome });
      if (outcome.kind === 'failed' && action.kind === 'install-settings') refusedSha256 = action.settings.sha256;
      // On a disk that is full, say: PostgreSQL has to start all the same.
      if (outcome.kind === 'failed' && action.kind === 'remember-applied') appliedText = undefined;
    }
    previous = actions;
  }
}
