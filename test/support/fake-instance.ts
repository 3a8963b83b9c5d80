import type { PostmasterState } from '../../src/postmaster/postmaster-state.ts';
import type { Action, Outcome } from '../../src/reconcile/action.ts';
import type { ObservedInstance } from '../../src/reconcile/plan.ts';
import { nothingApplied } from '../../src/removal/applied-images.ts';
import { renderAppliedImages } from '../../src/removal/applied-images-text.ts';
import type { RenderedSettings } from '../../src/settings/render-settings.ts';

/** How a fake PostgreSQL takes what is done to it. */
export interface FakeInstanceTraits {
  /** It lets the manager in, so that one can see what is in force. */
  readonly hasSession: boolean;
  readonly refuses: (settings: RenderedSettings) => boolean;
  /** Of a text that is installed: a reload makes it the one in force. */
  readonly reloadWorks: boolean;
  /** A new postmaster has all that is desired. */
  readonly restartHelps: boolean;
  /** What was applied cannot be remembered. */
  readonly isDiskFull?: boolean;
}

const noneApplied = renderAppliedImages(nothingApplied);

export const obliging: FakeInstanceTraits = {
  hasSession: true,
  refuses: () => false,
  reloadWorks: true,
  restartHelps: true,
};

/** A world of a few variables that does what the actions say, as its traits allow. */
export function fakeInstance(traits: FakeInstanceTraits, initial: Partial<ObservedInstance> = {}) {
  const held = {
    applied: initial.appliedText ?? noneApplied,
    remembered: initial.rememberedText,
    postmaster: initial.postmaster ?? ('stopped' as PostmasterState['kind']),
    installed: initial.installedText,
    inForce: initial.loadedSha256,
    announced: initial.announcedSha256,
    reasons: initial.restart?.isRequired === true ? initial.restart.key : '',
    madeFor: initial.restart?.madeFor,
  };
  const done: Action[] = [];

  function apply(action: Action, desired: RenderedSettings): Outcome {
    done.push(action);
    switch (action.kind) {
      case 'install-settings':
        if (traits.refuses(action.settings)) return { kind: 'failed', reason: 'refused' };
        held.installed = action.settings.text;
        return { kind: 'done' };
      case 'remember-applied':
        if (traits.isDiskFull === true) return { kind: 'failed', reason: 'no space left' };
        held.applied = action.text;
        return { kind: 'done' };
      case 'remember-configuration':
        held.remembered = action.text;
        return { kind: 'done' };
      case 'start-postmaster':
        startPostmaster(desired);
        return { kind: 'done' };
      case 'reload':
        held.announced = action.sha256;
        if (traits.reloadWorks) held.inForce = action.sha256;
        return traits.reloadWorks ? { kind: 'done' } : { kind: 'failed', reason: 'not seen' };
      case 'restart':
        held.madeFor = action.key;
        if (traits.restartHelps) held.reasons = '';
        startPostmaster(desired);
        return { kind: 'done' };
    }
  }

  function startPostmaster(desired: RenderedSettings): void {
    held.postmaster = 'accepting';
    held.announced = desired.sha256;
    if (held.installed === desired.text) held.inForce = desired.sha256;
  }

  return {
    apply,
    done,
    observe: (refusedSha256: string | undefined): ObservedInstance => ({
      postmaster: held.postmaster,
      installedText: held.installed,
      appliedText: held.applied,
      rememberedText: held.remembered,
      refusedSha256,
      loadedSha256: traits.hasSession && held.postmaster === 'accepting' ? held.inForce : undefined,
      announcedSha256: held.announced,
      restart: { isRequired: held.reasons !== '', key: held.reasons, madeFor: held.madeFor },
    }),
  };
}
