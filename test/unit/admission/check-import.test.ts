import { expect, test } from 'vitest';
import { checkImport } from '../../../src/admission/check-import.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

function refused(section: unknown): readonly string[] {
  return checkImport({ spec: { bootstrap: { initdb: { import: section } } } }).map(renderFieldError);
}

test.each([
  undefined,
  'x',
  { type: 'microservice', databases: ['app'] },
  { type: 'microservice', databases: ['app'], roles: [], postImportApplicationSQL: ['SELECT 1'] },
  { type: 'monolith', databases: ['*'], roles: ['*'] },
  { type: 'monolith', databases: ['a', 'b'], roles: ['me', 'you'], postImportApplicationSQL: 'x' },
])('%j is accepted', (section) => {
  expect(refused(section)).toEqual([]);
});

test.each([{}, { type: 5 }])('%j has no type', (section) => {
  expect(refused(section)).toEqual(['spec.bootstrap.initdb.import.type: Invalid value: "": Unrecognized import type']);
});

const single = 'You need to specify a single database for the `microservice` import type';
const noRoles = 'You cannot specify roles to import for the `microservice` import type';
const noWildcard = 'You cannot specify any wildcard for the `microservice` import type';

test.each<[object, string]>([
  [{ databases: [] }, `databases: Invalid value: []: ${single}`],
  [{}, `databases: Invalid value: null: ${single}`],
  [{ databases: ['a', '*'] }, `databases: Invalid value: ["a","*"]: ${single}`],
  [{ databases: ['a'], roles: ['me'] }, `roles: Invalid value: ["a"]: ${noRoles}`],
  [{ databases: ['a*'] }, `databases.0: Invalid value: ["a*"]: ${noWildcard}`],
])('a microservice of %j is refused', (section, sentence) => {
  expect(refused({ type: 'microservice', ...section })).toEqual([`spec.bootstrap.initdb.import.${sentence}`]);
});

const atLeast = 'You need to specify at least a database for the `monolith` import type';
const databaseNames = 'Wildcard import cannot be used along other database names';
const roleNames = 'Wildcard import cannot be used along other role names';
const statements = 'postImportApplicationSQL is not allowed for the `monolith` import type';

test.each<[object, string]>([
  [{}, `databases: Invalid value: null: ${atLeast}`],
  [{ databases: ['a', '*'] }, `databases: Invalid value: ["a","*"]: ${databaseNames}`],
  [{ databases: ['a'], roles: ['*', 'me'] }, `roles: Invalid value: ["a"]: ${roleNames}`],
  [
    { databases: ['a'], postImportApplicationSQL: ['SELECT 1'] },
    `postImportApplicationSQL: Invalid value: ["SELECT 1"]: ${statements}`,
  ],
])('a monolith of %j is refused', (section, sentence) => {
  expect(refused({ type: 'monolith', ...section })).toEqual([`spec.bootstrap.initdb.import.${sentence}`]);
});

test('a wildcard is found where it is written', () => {
  const [error] = checkImport({
    spec: { bootstrap: { initdb: { import: { type: 'microservice', databases: ['*'] } } } },
  });
  expect(error?.at?.slice(-2)).toEqual(['databases', 0]);
});
