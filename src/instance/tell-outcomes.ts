import type { Logger } from '../lib/logger.ts';
import type { PassReport } from '../reconcile/reconciler.ts';

/** One line for each action of a pass. */
export function tellOutcomes(logger: Logger, outcomes: PassReport['outcomes']): void {
  for (const { action, outcome } of outcomes) {
    if (outcome.kind === 'done') logger.info({ action: action.kind }, 'an action was carried out');
    // what could not be written is a finding, which is logged once and not at every try
    else if (action.kind === 'reload' || action.kind === 'restart') {
      logger.error({ action: action.kind, reason: outcome.reason }, 'an action failed');
    }
  }
}
