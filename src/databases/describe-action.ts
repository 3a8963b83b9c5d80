import { showName } from '../lib/show-name.ts';
import type { DatabaseAction } from './database-action.ts';

/** An action in a few words, for the log: without the values of options, which may be secrets. */
export function describeAction(action: DatabaseAction): string {
  switch (action.kind) {
    case 'create-role':
      return `CREATE ROLE ${showName(action.role)}`;
    case 'create-database':
      return `CREATE DATABASE ${showName(action.database)}`;
    case 'alter-database-owner':
      return `ALTER DATABASE ${showName(action.database)} OWNER TO ${showName(action.owner)}`;
    case 'alter-database-property':
      return `ALTER DATABASE ${showName(action.database)} (${action.property.name})`;
    case 'drop-database':
      return `DROP DATABASE ${showName(action.database)}`;
    case 'create-schema':
      return `CREATE SCHEMA ${showName(action.schema)}`;
    case 'alter-schema-owner':
      return `ALTER SCHEMA ${showName(action.schema)} OWNER TO ${showName(action.owner)}`;
    case 'drop-schema':
      return `DROP SCHEMA ${showName(action.schema)}`;
    case 'create-extension': {
      const version = action.version === undefined ? '' : ` VERSION ${showName(action.version)}`;
      return `CREATE EXTENSION ${showName(action.extension)}${version}${action.cascade ? ' CASCADE' : ''}`;
    }
    case 'update-extension':
      return `ALTER EXTENSION ${showName(action.extension)} UPDATE TO ${showName(action.version)}`;
    case 'move-extension':
      return `ALTER EXTENSION ${showName(action.extension)} SET SCHEMA ${showName(action.schema)}`;
    case 'drop-extension':
      return `DROP EXTENSION ${showName(action.extension)}${action.cascade ? ' CASCADE' : ''}`;
    case 'create-fdw':
      return `CREATE FOREIGN DATA WRAPPER ${showName(action.fdw)}`;
    case 'alter-fdw-functions':
    case 'alter-fdw-owner':
    case 'alter-fdw-options':
      return `ALTER FOREIGN DATA WRAPPER ${showName(action.fdw)}`;
    case 'drop-fdw':
      return `DROP FOREIGN DATA WRAPPER ${showName(action.fdw)}`;
    case 'create-server':
      return `CREATE SERVER ${showName(action.server)}`;
    case 'alter-server-options':
      return `ALTER SERVER ${showName(action.server)}`;
    case 'drop-server':
      return `DROP SERVER ${showName(action.server)}`;
    case 'change-usage':
      return `${action.usage.type === 'grant' ? 'GRANT' : 'REVOKE'} USAGE ON ${action.on} ${showName(action.name)}`;
  }
}
