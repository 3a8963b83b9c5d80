import { escapeControls } from '../lib/escape-controls.ts';
import { quoteIdentifier } from '../lib/quote-identifier.ts';
import type { DatabaseAction } from './database-action.ts';
import { renderStatement } from './render-statement.ts';

/** The statement of an action for the log, in one line: without options, whose values may be secrets. */
export function describeAction(action: DatabaseAction): string {
  return escapeControls(withoutOptions(action));
}

function withoutOptions(action: DatabaseAction): string {
  switch (action.kind) {
    case 'create-fdw':
      return `CREATE FOREIGN DATA WRAPPER ${quoteIdentifier(action.fdw)} …`;
    case 'alter-fdw-options':
      return `ALTER FOREIGN DATA WRAPPER ${quoteIdentifier(action.fdw)} …`;
    case 'create-server':
      return `CREATE SERVER ${quoteIdentifier(action.server)} …`;
    case 'alter-server-options':
      return `ALTER SERVER ${quoteIdentifier(action.server)} …`;
    default:
      return renderStatement(action);
  }
}
