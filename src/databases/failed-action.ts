import { assertNever } from '../lib/assert-never.ts';
import { showName } from '../lib/show-name.ts';
import type { DatabaseAction } from './database-action.ts';
import { extensionIn } from './extension-words.ts';

/** The first half of the sentence about a statement that failed: `The extension vector of the database app cannot be created`. */
export function failedAction(action: DatabaseAction, database: string): string {
  switch (action.kind) {
    case 'create-role':
      return `The role ${showName(action.role)}, the owner of the database ${showName(database)}, cannot be created`;
    case 'create-database':
      return `The database ${showName(action.database)} cannot be created`;
    case 'alter-database-owner':
      return `The database ${showName(action.database)} cannot be given to the role ${showName(action.owner)}`;
    case 'alter-database-property':
      return `The database ${showName(action.database)} cannot get ${action.property.name} ${showName(String(action.property.value))}`;
    case 'drop-database':
      return `The database ${showName(action.database)} cannot be dropped`;
    case 'create-schema':
      return `${inDatabase('schema', action.schema, database)} cannot be created`;
    case 'alter-schema-owner':
      return `${inDatabase('schema', action.schema, database)} cannot be given to the role ${showName(action.owner)}`;
    case 'drop-schema':
      return `${inDatabase('schema', action.schema, database)} cannot be dropped`;
    case 'create-extension':
      return `${extensionIn(action.extension, database)} cannot be created`;
    case 'update-extension':
      return `${extensionIn(action.extension, database)} cannot be updated to ${showName(action.version)}`;
    case 'move-extension':
      return `${extensionIn(action.extension, database)} cannot be moved to the schema ${showName(action.schema)}`;
    case 'drop-extension':
      return `${extensionIn(action.extension, database)} cannot be dropped`;
    case 'create-fdw':
      return `${inDatabase('foreign data wrapper', action.fdw, database)} cannot be created`;
    case 'alter-fdw-functions':
    case 'alter-fdw-options':
      return `${inDatabase('foreign data wrapper', action.fdw, database)} cannot be altered`;
    case 'alter-fdw-owner':
      return `${inDatabase('foreign data wrapper', action.fdw, database)} cannot be given to the role ${showName(action.owner)}`;
    case 'drop-fdw':
      return `${inDatabase('foreign data wrapper', action.fdw, database)} cannot be dropped`;
    case 'create-server':
      return `${inDatabase('foreign server', action.server, database)} cannot be created`;
    case 'alter-server-options':
      return `${inDatabase('foreign server', action.server, database)} cannot be altered`;
    case 'drop-server':
      return `${inDatabase('foreign server', action.server, database)} cannot be dropped`;
    case 'change-usage': {
      const { on, name, usage } = action;
      const verb = usage.type === 'grant' ? 'granted to' : 'revoked from';
      const thing = inDatabase(on === 'FOREIGN SERVER' ? 'foreign server' : 'foreign data wrapper', name, database);
      return `${thing}: USAGE cannot be ${verb} ${showName(usage.name)}`;
    }
    default:
      return assertNever(action);
  }
}

function inDatabase(what: string, name: string, database: string): string {
  return `The ${what} ${showName(name)} of the database ${showName(database)}`;
}
