import { describe, expect, test } from 'vitest';
import {
  refuseEnvironmentName,
  refuseEnvironmentValue,
  refuseExtensionName,
  refuseLibrary,
  refuseParameterName,
  refuseParameterValue,
} from '../../../src/configuration/value-rules.ts';

describe('refuseExtensionName', () => {
  test.each(['a', '1', 'pgvector', 'pg-ivm', 'pg_ivm', 'a-_b', 'a'.repeat(59)])('accepts %s', (name) => {
    expect(refuseExtensionName(name)).toBeUndefined();
  });

  test.each(['-a', 'a-', '_a', 'a_', 'A', 'uuid ossp', 'a.b', 'a/b', '..', 'ä', 'a\n'])('refuses %j', (name) => {
    expect(refuseExtensionName(name)?.expected).toContain('1 to 59 lower-case letters');
  });

  test('refuses nothing at all', () => {
    expect(refuseExtensionName('')?.message).toBe('value cannot be empty');
  });

  test('says how long a name is that is too long, without showing it', () => {
    expect(refuseExtensionName('a'.repeat(60))?.found).toBe('a text of 60 characters');
  });
});

describe('refuseEnvironmentName', () => {
  test.each(['A', '_a1', 'PROJ_DATA'])('accepts %s', (name) => {
    expect(refuseEnvironmentName(name)).toBeUndefined();
  });

  test.each(['1A', 'A-B', 'A=B', 'A B', 'Ä', ''])('refuses %j', (name) => {
    expect(refuseEnvironmentName(name)?.expected).toContain('letters, digits and underscores');
  });

  test('refuses a reserved name', () => {
    expect(refuseEnvironmentName('PATH')?.message).toBe('PATH must be configured via bin_path');
  });
});

describe('refuseEnvironmentValue', () => {
  test.each(['x', ' ', '${image_root}/share', '$${x}', '$', 'a\nb'])('accepts %j', (value) => {
    expect(refuseEnvironmentValue(value, 'A')).toBeUndefined();
  });

  test('refuses an empty value', () => {
    expect(refuseEnvironmentValue('', 'A')?.message).toBe('value cannot be empty');
  });

  test('refuses a NUL, at which the environment of a process ends', () => {
    expect(refuseEnvironmentValue('a\0b', 'A')?.found).toBe('a text with a NUL character');
  });

  test('names the placeholders that are unknown', () => {
    expect(refuseEnvironmentValue('${a}${b}', 'A')?.message).toBe(
      'unsupported placeholder(s): ${a}, ${b}; supported: ${image_root}',
    );
  });

  test('keeps to itself what might be a part of a password', () => {
    const refusal = refuseEnvironmentValue('x${hunter2}', 'DB_PASSWORD');
    expect(JSON.stringify(refusal)).not.toContain('hunter2');
  });

  test('does not recite a thousand placeholders', () => {
    const value = Array.from({ length: 1000 }, (_, index) => `\${p${index}}`).join('');
    expect(refuseEnvironmentValue(value, 'A')?.message.length).toBeLessThan(300);
  });
});

describe('refuseLibrary', () => {
  test.each(['pgaudit', 'pgaudit.so', '$libdir/pgaudit', '$libdir/plugins/x', '/opt/lib/x.so', 'pg_stat-x'])(
    'accepts %s',
    (library) => {
      expect(refuseLibrary(library)).toBeUndefined();
    },
  );

  test.each(['', 'a,b', 'a b', '"a"', "a'", 'a\n', 'a\0', 'x/y', './x', '../x', '$libdir', '$libdir/', '/', '//x'])(
    'refuses %j',
    (library) => {
      expect(refuseLibrary(library)?.expected).toContain('a library such as');
    },
  );
});

describe('refuseParameterName', () => {
  test.each(['work_mem', 'Work_Mem', 'pgaudit.log', '_a$', 'hba_file', 'ident_file', 'shared_preload_libraries'])(
    'accepts %s',
    (name) => {
      expect(refuseParameterName(name)).toBeUndefined();
    },
  );

  test.each(['', '1a', 'a b', 'a.b.c', '.a', 'a.', 'a-b', 'a=b', 'a\n', 'ä'])('refuses %j', (name) => {
    expect(refuseParameterName(name)?.message).toContain('must be a valid PostgreSQL configuration parameter name');
  });

  test.each([
    ['config_file', 'configuration file of its own'],
    ['Data_Directory', '--pgdata'],
    ['include', 'directive'],
    ['include_dir', 'directive'],
    ['include_if_exists', 'directive'],
    ['pg_instance_manager.sha256', 'its own settings'],
    ['PG_INSTANCE_MANAGER.x', 'its own settings'],
  ])('refuses %s and says why', (name, reason) => {
    expect(refuseParameterName(name)?.message).toContain(reason);
  });
});

describe('refuseParameterValue', () => {
  test.each(['', '8MB', 1, 1.5, true, 'a\nb'])('accepts %j', (value) => {
    expect(refuseParameterValue(value)).toBeUndefined();
  });

  test.each([
    ['a\0', 'NUL'],
    [null, '""'],
    [['a'], 'in one text'],
    [{ log: 'ddl' }, 'one key'],
    [Number.NaN, 'number'],
    [Number.POSITIVE_INFINITY, 'number'],
  ])('refuses %j and says what to write', (value, hint) => {
    expect(refuseParameterValue(value)?.message).toContain(hint);
  });
});
