import { escapeControls } from '../lib/escape-controls.ts';
import type { DatabaseAction } from './database-action.ts';
import { renderStatement } from './render-statement.ts';

/** The statement of an action for the log, in one line: without the values of options, which may be secrets. */
export function describeAction(action: DatabaseAction): string {
  return escapeControls(renderStatement(withoutValues(action)));
}

/** By what an action has, not by its kind: a new one cannot be forgotten here. */
function withoutValues(action: DatabaseAction): DatabaseAction {
  if ('options' in action) {
    return { ...action, options: action.options.map((option) => ({ ...option, value: hidden })) };
  }
  if ('changes' in action) {
    const changes = action.changes.map((one) => (one.change === 'DROP' ? one : { ...one, value: hidden }));
    return { ...action, changes };
  }
  return action;
}

const hidden = '…';
