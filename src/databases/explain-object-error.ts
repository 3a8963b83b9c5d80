import { showName } from '../lib/show-name.ts';
import {
  type Explanation,
  extensionOf,
  type FailedStatement,
  oneLine,
  scriptOf,
  wordsOfServer,
} from './failed-statement.ts';

/** Things in the database that are missing, in the way, or needed by others; undefined when it is about something else. */
export function explainObjectError(failed: FailedStatement): Explanation | undefined {
  switch (failed.failure.sqlState) {
    case '42704':
      return explainMissing(failed);
    case '3F000':
      return explainSchema(failed);
    case '0A000':
      return explainUnsupported(failed);
    case '22023':
      return explainVersion(failed);
    case '2BP01':
      return explainDependents(failed);
    case '55000':
      return explainObjectState(failed);
    case '42809':
      return explainTemplate(failed);
    case '23505':
    case '42710':
    case '42723':
    case '42P04':
    case '42P06':
    case '42P07':
      return explainExisting(failed);
    case 'XX000':
      return failed.failure.message.includes('concurrently') ? explainRace(failed) : undefined;
    default:
      return undefined;
  }
}

function explainMissing({ failure, circumstances }: FailedStatement): Explanation | undefined {
  const required = failure.message.match(/^required extension "(.*)" is not installed/)?.[1];
  if (required !== undefined) {
    const image = circumstances.providedBy.get(required);
    const from =
      image === undefined ? ', mounting an image that provides it' : ` (the image ${showName(image)} provides it)`;
    return {
      reason: 'DependencyMissing',
      message: `it requires the extension ${showName(required)}, which is not installed there; declare that too${from}, or write cascade: true`,
    };
  }
  const role = failure.message.match(/^role "(.*)" does not exist/)?.[1];
  if (role === undefined) return undefined;
  return {
    reason: 'OwnerMissing',
    message: `the role ${showName(role)} does not exist; create it, or name one that exists`,
  };
}

function explainSchema({ failure }: FailedStatement): Explanation | undefined {
  const schema = failure.message.match(/^schema "(.*)" does not exist/)?.[1];
  if (schema !== undefined) {
    return {
      reason: 'SchemaMissing',
      message: `the schema ${showName(schema)} does not exist there; declare it under schemas, or create it`,
    };
  }
  if (!failure.message.includes('no schema has been selected')) return undefined;
  return {
    reason: 'SchemaMissing',
    message:
      'there is no schema public, where it would go; name another one as schema, or declare public under schemas',
  };
}

function explainUnsupported({ action, failure, circumstances }: FailedStatement): Explanation | undefined {
  const { message } = failure;
  const name = message.match(/^extension "(.*)" is not available/)?.[1];
  if (name !== undefined) {
    const image = circumstances.providedBy.get(name);
    const toDo =
      image === undefined
        ? 'mount an image that provides it and list that image under extensions'
        : `the image ${showName(image)} provides it, but the server does not find it yet: see what the status says about the image`;
    const which = name === extensionOf(action) ? 'it' : `the extension ${showName(name)}, which it requires,`;
    return { reason: 'ExtensionNotAvailable', message: `${which} is not available on this server; ${toDo}` };
  }
  const home = message.match(/^extension ".*" must be installed in schema "(.*)"$/)?.[1];
  if (home !== undefined) {
    return {
      reason: 'NotRelocatable',
      message: `its control file wants it in the schema ${showName(home)} and nowhere else; leave schema out, or name that one`,
    };
  }
  if (!message.includes('does not support SET SCHEMA')) return undefined;
  const because = failure.detail === undefined ? '' : ` (${oneLine(failure.detail, 200)})`;
  return {
    reason: 'NotRelocatable',
    message: `it cannot be moved once it is there${because}; write the schema in which it is, or drop it and create it anew`,
  };
}

function explainVersion({ failure }: FailedStatement): Explanation | undefined {
  const path = failure.message.match(/ has no update path from version "(.*)" to version "(.*)"$/);
  if (path?.[1] !== undefined && path[2] !== undefined) {
    return {
      reason: 'NoUpdatePath',
      message: `the image has no update path from version ${showName(path[1])} to ${showName(path[2])}; choose a version that can be reached, or mount an image that has the scripts`,
    };
  }
  if (
    !/has no installation script|version to install must be specified|invalid extension version/.test(failure.message)
  ) {
    return undefined;
  }
  return {
    reason: 'VersionNotAvailable',
    message: `the image has no script for this version (${wordsOfServer(failure)}); choose a version that it has, or mount an image that has this one`,
  };
}

function explainDependents({ action, failure }: FailedStatement): Explanation {
  const dependents = dependentsOf(failure);
  const who =
    dependents.length === 0
      ? 'other objects depend'
      : `${dependents.slice(0, mostDependents).join(', ')}${more(dependents.length)} depend${dependents.length === 1 ? 's' : ''}`;
  const toDo =
    action.kind === 'drop-extension'
      ? 'drop or alter what depends on it, or write cascade: true to have it dropped too'
      : 'drop or alter what depends on it';
  return { reason: 'DependentsExist', message: `${who} on it; ${toDo}` };
}

const mostDependents = 10;

function more(count: number): string {
  return count > mostDependents ? ` and ${count - mostDependents} more` : '';
}

/** Of lines like `column v of table t depends on type vector`; the same object can be in many. */
function dependentsOf({ message, detail }: FailedStatement['failure']): readonly string[] {
  const lines = detail?.split('\n') ?? [];
  const dependents = lines.flatMap((line) => line.match(/^(.*?) depends on /)?.[1] ?? []);
  const owner = message.match(/ because (extension .*) requires it$/)?.[1];
  return [...new Set([...dependents, ...(owner === undefined ? [] : [owner])])].map((text) => oneLine(text, 200));
}

function explainObjectState({ failure }: FailedStatement): Explanation | undefined {
  const { message } = failure;
  if (message.includes('not currently accepting connections')) {
    return {
      reason: 'DatabaseNotConnectable',
      message: 'the database accepts no connections; declare allow_connections: true for it',
    };
  }
  if (message.includes('invalid database')) {
    return { reason: 'DatabaseInvalid', message: 'the database is half dropped; drop it, DROP DATABASE still works' };
  }
  // An object that is in the way of one that the script makes: CREATE OR REPLACE would take it over.
  return message.includes('is not a member of extension') ? inTheWay(failure) : undefined;
}

/** Dropping takes what makes a template off first: https://www.postgresql.org/docs/18/manage-ag-templatedbs.html */
function explainTemplate({ failure }: FailedStatement): Explanation | undefined {
  if (!failure.message.includes('template database')) return undefined;
  return {
    reason: 'StatementFailed',
    message: 'the database is a template; run ALTER DATABASE … IS_TEMPLATE false on it first',
  };
}

function explainExisting(failed: FailedStatement): Explanation {
  return scriptOf(failed.failure) === undefined ? explainRace(failed) : inTheWay(failed.failure);
}

function inTheWay(failure: FailedStatement['failure']): Explanation {
  return {
    reason: 'StatementFailed',
    message: `something of the same name is there already, and not of the extension (${wordsOfServer(failure)}); drop or rename it, or name another schema`,
  };
}

function explainRace({ failure }: FailedStatement): Explanation {
  return {
    reason: 'StatementFailed',
    message: `somebody else has made or changed the same at the same time (${wordsOfServer(failure)}); it is looked at again by itself, so there is nothing to do unless this stays`,
  };
}
