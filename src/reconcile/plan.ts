import type { PostmasterState } from '../postmaster/postmaster-state.ts';
import type { RenderedSettings } from '../settings/render-settings.ts';
import type { Action } from './action.ts';

/** What a pass has seen of the manager's own work. */
export interface ObservedInstance {
  readonly postmaster: PostmasterState['kind'];
  readonly installedText: string | undefined;
  /** What the data folder says about the images that were applied last. */
  readonly appliedText: string;
  /** The configuration that the next manager would fall back to. */
  readonly rememberedText: string | undefined;
  /** The text that PostgreSQL refused in this pass. */
  readonly refusedSha256: string | undefined;
  /** What a session has in force; undefined without a session. */
  readonly loadedSha256: string | undefined;
  /** What the running server was last told to load, at its start or by a reload. */
  readonly announcedSha256: string | undefined;
  readonly restart: { readonly isRequired: boolean; readonly key: string; readonly madeFor: string | undefined };
}

/**
 * The next actions: the first rung with work is the plan, and after it the world is looked at again. No action: there is
 * nothing to do now, which does not mean that all is well.
 */
export function plan(
  desired: {
    readonly settings: RenderedSettings;
    readonly restartPolicy: 'manual' | 'automatic';
    readonly rememberedText: string;
    /** Undefined: it could not be written in this pass, and must not keep anything else from being done. */
    readonly appliedText: string | undefined;
  },
  observed: ObservedInstance,
): readonly Action[] {
  const { settings } = desired;
  if (desired.appliedText !== undefined && observed.appliedText !== desired.appliedText) {
    return [{ kind: 'remember-applied', text: desired.appliedText }];
  }
  const isInstalled = observed.installedText === settings.text;
  if (!isInstalled && observed.refusedSha256 !== settings.sha256) return [{ kind: 'install-settings', settings }];
  if (observed.postmaster === 'stopped') return [{ kind: 'start-postmaster' }];
  if (observed.postmaster !== 'accepting') return [];
  const inForce = observed.loadedSha256 ?? observed.announcedSha256;
  if (isInstalled && inForce !== settings.sha256) return [{ kind: 'reload', sha256: settings.sha256 }];
  const { restart } = observed;
  // Once for the same reasons: what a restart did not clear, the next one would not clear either.
  if (restart.isRequired && desired.restartPolicy === 'automatic' && restart.madeFor !== restart.key) {
    return [{ kind: 'restart', key: restart.key }];
  }
  // Last: that it cannot be written must not keep anything else from being done.
  if (observed.rememberedText !== desired.rememberedText) {
    return [{ kind: 'remember-configuration', text: desired.rememberedText }];
  }
  return [];
}
