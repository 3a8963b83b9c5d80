import { expect, test } from 'vitest';
import { hideSecrets } from '../../../src/lib/hide-secrets.ts';

test.each([
  [`STATEMENT:  ALTER USER "app" WITH PASSWORD E'hush';`, `STATEMENT:  ALTER USER "app" WITH PASSWORD …`],
  [`create role a login password 'hush'`, 'create role a login password …'],
  ['a password is needed', 'a password is needed'],
  ["LINE 2:   PASSWORD 'hu''sh' VALID", 'LINE 2:   PASSWORD … VALID'],
  [
    "CREATE USER MAPPING FOR a SERVER b OPTIONS (user 'c', password 'hu\\'sh');",
    "CREATE USER MAPPING FOR a SERVER b OPTIONS (user 'c', password …);",
  ],
  ["OPTIONS (SET password E'hush", 'OPTIONS (SET password E…'],
  [
    'LOG:  parameter "primary_conninfo" changed to "host=a password=hush sslpassword=hush"',
    'LOG:  parameter "primary_conninfo" changed to …',
  ],
  [
    'LOG:  parameter "a.b" changed to "host=a password=hush user=b"',
    'LOG:  parameter "a.b" changed to "host=a password=… user=b"',
  ],
  ['LOG:  parameter "work_mem" changed to "8MB"', 'LOG:  parameter "work_mem" changed to "8MB"'],
  ['LOG:  parameter "a.api_token" changed to "hush"', 'LOG:  parameter "a.api_token" changed to …'],
  ['ERROR:  invalid value for parameter "a.secret": "hush"', 'ERROR:  invalid value for parameter "a.secret": …'],
  ["conninfo 'host=a password=''hu sh'' port=1'", "conninfo 'host=a password=… port=1'"],
  ['could not reach postgresql://app:hush@db/app', 'could not reach postgresql://app:…@db/app'],
  ['FATAL:  password authentication failed for user "a"', 'FATAL:  password authentication failed for user "a"'],
  ['HINT:  see https://a.b/c:d@e', 'HINT:  see https://a.b/c:d@e'],
])('what is told of %s is %s', (line, told) => {
  expect(hideSecrets(line)).toBe(told);
});
