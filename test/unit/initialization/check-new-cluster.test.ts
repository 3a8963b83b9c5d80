import { describe, expect, test } from 'vitest';
import { isTrusting, refusalOfNewCluster } from '../../../src/initialization/check-new-cluster.ts';
import { aNewCluster } from '../../support/a-new-cluster.ts';

describe('a new cluster', () => {
  test('with a password may be made', () => {
    expect(refusalOfNewCluster(aNewCluster(), 'hush')).toBeUndefined();
  });

  test('without a password and without trust may not; the sentence says what to set', () => {
    const refusal = refusalOfNewCluster(aNewCluster({ superuser: 'app' }), undefined);
    for (const word of ['"app"', 'POSTGRES_PASSWORD', 'POSTGRES_PASSWORD_FILE', 'POSTGRES_HOST_AUTH_METHOD=trust']) {
      expect(refusal).toContain(word);
    }
    expect(refusalOfNewCluster(aNewCluster({ hostAuthMethod: 'scram-sha-256' }), undefined)).toBe(
      refusal?.replace('"app"', '"postgres"'),
    );
  });

  test.each([
    ['the variable says trust', { hostAuthMethod: 'trust' }],
    ['initdb is told so', { initdbArguments: ['--auth-host=trust'] }],
    ['initdb is told so in another way', { initdbArguments: ['-k', '-A', 'trust'] }],
    ['initdb is told so in one word', { initdbArguments: ['-Atrust'] }],
    ['initdb is told so for all', { initdbArguments: ['--auth', 'trust'] }],
  ])('needs no password when %s', (_why, change) => {
    expect(refusalOfNewCluster(aNewCluster(change), undefined)).toBeUndefined();
    expect(isTrusting(aNewCluster(change))).toBe(true);
  });

  test('needs no other password when initdb gets one from the user', () => {
    expect(refusalOfNewCluster(aNewCluster({ initdbArguments: ['--pwfile=/p'] }), undefined)).toBeUndefined();
  });

  test('that trusts only the local socket is not one that trusts', () => {
    expect(isTrusting(aNewCluster({ initdbArguments: ['--auth-local=trust'] }))).toBe(false);
    expect(isTrusting(aNewCluster({ initdbArguments: ['-A', 'trust', '--auth-host=md5'] }))).toBe(false);
  });

  test.each([
    ['a method that pg_hba.conf does not know', { hostAuthMethod: 'scram-sha256' }, 'scram-sha256'],
    ['a method that is for the local socket', { hostAuthMethod: 'peer' }, 'peer'],
    ['a line more in pg_hba.conf', { hostAuthMethod: 'md5\nhost all all all trust' }, 'POSTGRES_HOST_AUTH_METHOD'],
    ['a superuser that PostgreSQL keeps for itself', { superuser: 'pg_app' }, 'pg_app'],
    ['a superuser that initdb cannot quote', { superuser: 'a"b' }, 'quotation mark'],
    ['another superuser for initdb', { initdbArguments: ['-U', 'other'] }, '"other"'],
    ['a name of two lines', { database: 'a\nb' }, String.raw`"a\nb"`],
    ['a file that cannot be read', { problems: ['The file of POSTGRES_DB_FILE cannot be read.'] }, 'POSTGRES_DB_FILE'],
  ])('is refused with %s', (_what, change, word) => {
    expect(refusalOfNewCluster(aNewCluster(change), 'hush')).toContain(word);
  });

  test('is refused with a password of two lines, which is not repeated', () => {
    expect(refusalOfNewCluster(aNewCluster(), 'hu\nsh')).toMatch(/^The password .+line/);
    expect(refusalOfNewCluster(aNewCluster(), 'hu\nsh')).not.toContain('hu\n');
  });

  test('may have a method with options', () => {
    expect(refusalOfNewCluster(aNewCluster({ hostAuthMethod: 'ldap ldapserver=x' }), 'hush')).toBeUndefined();
  });
});
