import { describe, expect, test } from 'vitest';
import type { DatabaseAction } from '../../../src/databases/database-action.ts';
import type { Remark } from '../../../src/databases/database-plan.ts';
import type { SqlFailure } from '../../../src/databases/execute-statement.ts';
import { explainSqlError } from '../../../src/databases/explain-sql-error.ts';
import type { FailureCircumstances } from '../../../src/databases/failed-statement.ts';

const silent = { detail: undefined, hint: undefined, where: undefined };

function explain(
  failure: Partial<SqlFailure>,
  action: DatabaseAction = create('timescaledb'),
  circumstances: Partial<FailureCircumstances> = {},
): Remark {
  return explainSqlError({
    database: 'app',
    action,
    failure: { ...silent, sqlState: 'XX000', message: 'oops', ...failure },
    circumstances: { preloadRunning: [], preloadDesired: [], providedBy: new Map(), ...circumstances },
  });
}

function create(extension: string): DatabaseAction {
  return { kind: 'create-extension', extension, version: undefined, schema: undefined, cascade: false };
}

describe('a library that has to be preloaded', () => {
  test.each([
    ['pgaudit', 'pgaudit must be loaded via shared_preload_libraries', 'pgaudit'],
    ['timescaledb', 'extension "timescaledb" must be preloaded', 'timescaledb'],
    ['pg_stat_statements', 'pg_stat_statements must be loaded via "shared_preload_libraries"', 'pg_stat_statements'],
    ['pg_cron', 'pg_cron can only be loaded via shared_preload_libraries', 'pg_cron'],
    ['citus', 'Citus can only be loaded via shared_preload_libraries', 'citus'],
    ['pg_wait_sampling', 'library needs to be loaded via shared_preload_libraries', 'pg_wait_sampling'],
    ['other', 'the_library must be loaded via shared_preload_libraries', 'the_library'],
  ])('is named: %s', (extension, message, library) => {
    expect(explain({ message }, create(extension))).toEqual({
      reason: 'PreloadRequired',
      message: `The extension ${extension} of the database app cannot be created: its library ${library} has to be there from the start of the server; add ${library} to shared_preload_libraries and restart PostgreSQL.`,
    });
  });

  test('needs nothing but a restart when it is on the list already', () => {
    const preloadDesired = ['pgaudit', '/extensions/timescaledb-oss/lib/timescaledb.so'];
    const { reason, message } = explain({ message: 'extension "timescaledb" must be preloaded' }, undefined, {
      preloadDesired,
    });
    expect(reason).toBe('PreloadRequired');
    expect(message).toContain('is in shared_preload_libraries already, but the server was started without it: restart');
  });

  test('that is loaded is not to be loaded again, whatever the extension says', () => {
    const words = 'extension "timescaledb" must be preloaded';
    const { reason, message } = explain({ message: words }, undefined, { preloadRunning: ['timescaledb'] });
    expect(reason).toBe('StatementFailed');
    expect(message).toContain(words);
  });
});

describe('a library that cannot be loaded', () => {
  const missing =
    'could not load library "/extensions/postgis/lib/postgis-3.so": libgeos_c.so.1: cannot open shared object file: No such file or directory';

  test('names the system library that is missing, and ld_library_path', () => {
    expect(
      explain({ sqlState: '58P01', message: missing }, create('postgis'), {
        providedBy: new Map([['postgis', 'geo']]),
      }),
    ).toEqual({
      reason: 'LibraryMissing',
      message:
        'The extension postgis of the database app cannot be created: its library /extensions/postgis/lib/postgis-3.so needs the system library libgeos_c.so.1, which the server does not find; name the folder that has libgeos_c.so.1 in ld_library_path of the image geo and restart PostgreSQL.',
    });
  });

  test('is one of another build', () => {
    const message = 'incompatible library "/extensions/x/lib/x.so": version mismatch';
    const remark = explain({ message, detail: 'Server is version 18, library is version 17.' }, create('x'));
    expect(remark.reason).toBe('LibraryMissing');
    expect(remark.message).toContain('library is version 17');
    expect(remark.message).toContain('mount an image that is built for this server');
  });

  test('is in no folder, and the image should have it', () => {
    const message = 'could not access file "timescaledb-2.30.2": No such file or directory';
    const remark = explain({ sqlState: '58P01', message }, undefined, {
      providedBy: new Map([['timescaledb', 'timescaledb-oss']]),
    });
    expect(remark).toEqual({
      reason: 'LibraryMissing',
      message:
        'The extension timescaledb of the database app cannot be created: the library timescaledb-2.30.2 is in no folder of dynamic_library_path; mount a version of the image timescaledb-oss that has it.',
    });
  });

  test('is LOADed by a script from where images are not', () => {
    const remark = explain(
      {
        sqlState: '58P01',
        message: 'could not access file "$libdir/postgis-3": No such file or directory',
        where: 'SQL statement "LOAD …"\nextension script file "postgis--ANY--3.6.4.sql", near line 42',
      },
      { kind: 'update-extension', extension: 'postgis', version: '3.6.4' },
      { providedBy: new Map([['postgis', 'geo']]) },
    );
    expect(remark).toEqual({
      reason: 'StatementFailed',
      message:
        'The extension postgis of the database app cannot be updated to 3.6.4: the extension script file "postgis--ANY--3.6.4.sql", near line 42 LOADs $libdir/postgis-3, which PostgreSQL looks for in its own folder only and not in images; have the image geo rebuilt with LOAD \'postgis-3\' instead.',
    });
  });
});

describe('what is missing', () => {
  test('of what CASCADE brings along is called by its name', () => {
    const remark = explain(
      { sqlState: '0A000', message: 'extension "postgis" is not available' },
      create('pgrouting'),
      {
        providedBy: new Map([['postgis', 'geo']]),
      },
    );
    expect(remark.reason).toBe('ExtensionNotAvailable');
    expect(remark.message).toContain('the extension postgis, which it requires, is not available on this server');
    expect(remark.message).toContain('the image geo provides it, but the server does not find it yet');
  });

  test('can be a role', () => {
    const action: DatabaseAction = { kind: 'create-schema', schema: 's', owner: 'boss' };
    expect(explain({ sqlState: '42704', message: 'role "boss" does not exist' }, action)).toEqual({
      reason: 'OwnerMissing',
      message:
        'The schema s of the database app cannot be created: the role boss does not exist; create it, or name one that exists.',
    });
  });
});

describe('what depends on an extension', () => {
  const drop: DatabaseAction = { kind: 'drop-extension', extension: 'vector', cascade: false };

  test('is listed once each, and not without end', () => {
    const line = (index: number): string => `column v of table t${index} depends on type vector`;
    const detail = [line(0), ...Array.from({ length: 14 }, (_, index) => line(index)), 'and 3 other objects'].join(
      '\n',
    );
    const { reason, message } = explain({ sqlState: '2BP01', message: 'cannot drop', detail }, drop);
    expect(reason).toBe('DependentsExist');
    expect(message).toContain(': column v of table t0, column v of table t1, ');
    expect(message).toContain('column v of table t9 and 4 more depend on it');
    expect(message).toContain('or write cascade: true');
  });

  test('can be the extension that the thing is part of, and a schema knows no cascade', () => {
    const message = 'cannot drop schema fixed_home because extension fixed requires it';
    const remark = explain({ sqlState: '2BP01', message }, { kind: 'drop-schema', schema: 'fixed_home' });
    expect(remark.message).toBe(
      'The schema fixed_home of the database app cannot be dropped: extension fixed depends on it; drop or alter what depends on it.',
    );
  });
});

describe('a state of the server', () => {
  test.each([
    ['55P03', 'canceling statement due to lock timeout', 'WaitingForLock'],
    ['40P01', 'deadlock detected', 'WaitingForLock'],
    ['55006', 'database "app" is being accessed by other users', 'DatabaseInUse'],
    ['55006', 'database "app" is used by an active logical replication slot', 'DatabaseInUse'],
    ['55006', 'database "app" is being used by logical replication subscription', 'DatabaseInUse'],
    ['3D000', 'database "app" does not exist', 'DatabaseMissing'],
    ['25006', 'cannot execute CREATE EXTENSION in a read-only transaction', 'WaitingForPromotion'],
    ['53300', 'sorry, too many clients already', 'CannotConnect'],
    ['28000', 'no pg_hba.conf entry', 'CannotConnect'],
    ['28P01', 'password authentication failed', 'CannotConnect'],
    ['55000', 'database "app" is not currently accepting connections', 'DatabaseNotConnectable'],
    ['42809', 'cannot drop a template database', 'StatementFailed'],
    ['55000', 'cannot connect to invalid database "app"', 'DatabaseInvalid'],
    ['42501', 'permission denied to create extension', 'StatementFailed'],
    ['53100', 'could not extend file: No space left on device', 'StatementFailed'],
    ['57014', 'canceling statement due to user request', 'StatementFailed'],
    ['42710', 'extension "timescaledb" already exists', 'StatementFailed'],
    ['XX000', 'tuple concurrently updated', 'StatementFailed'],
    [undefined, 'Connection terminated unexpectedly', 'StatementFailed'],
    ['57P01', 'terminating connection due to administrator command', 'StatementFailed'],
    ['22012', 'division by zero', 'StatementFailed'],
  ] as const)('%s %s is %s', (sqlState, message, reason) => {
    const remark = explain({ sqlState, message });
    expect(remark.reason).toBe(reason);
    expect(remark.message).toMatch(/^The extension timescaledb of the database app cannot be created: .*[^.]\.$/);
  });
});

describe('the words of the server', () => {
  test('stay on one line, and do not become a chapter', () => {
    const { message } = explain({
      message: 'no\u0007thing\nworks.',
      hint: `Do this.\n\n${'\tand that\n'.repeat(100)}`,
      detail: 'Because.',
    });
    expect(message).toContain('PostgreSQL says "no thing works: Because", SQLSTATE XX000 (Do this. and that and that');
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(500);
  });
});

describe('a database that cannot be made', () => {
  const make: DatabaseAction = {
    ...{ kind: 'create-database', database: 'shop', owner: undefined, properties: {} },
    creation: { template: 'model' },
  };

  test('because of who is in its template names that one', () => {
    const message = 'source database "model" is being accessed by other users';
    expect(explain({ sqlState: '55006', message }, make).message).toBe(
      'The database shop cannot be created: its template model is in use ("source database "model" is being accessed by other users", SQLSTATE 55006); end the sessions in model, it is tried again by itself.',
    );
  });

  test('because its template is missing says so', () => {
    const { message } = explain({ sqlState: '3D000', message: 'template database "model" does not exist' }, make);
    expect(message).toContain('there is no database model, which is to be its template');
    expect(message).toMatch(/; make that one, or name another template\.$/);
  });
});

test('the owner of a foreign data wrapper must be a superuser, not the manager', () => {
  const failure = {
    sqlState: '42501',
    message: 'permission denied to change owner of foreign-data wrapper "far"',
    hint: 'The owner of a foreign-data wrapper must be a superuser.',
  };
  expect(explain(failure, { kind: 'alter-fdw-owner', fdw: 'far', owner: 'olga' }).message).toBe(
    'The foreign data wrapper far of the database app cannot be given to the role olga: the owner of a foreign data wrapper must be a superuser, and this role is none; name another owner.',
  );
});
