import { expect, test } from 'vitest';
import { checkDatabase } from '../../../src/admission/check-database.ts';
import { checkImageName } from '../../../src/admission/check-image-name.ts';
import { checkMetadata } from '../../../src/admission/check-metadata.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

const twice = [{ name: 'a' }, { name: 'b' }, { name: 'a' }];

test.each([
  [{ extensions: twice }, ['spec.extensions[2].name: Duplicate value: "a"']],
  [{ schemas: twice }, ['spec.schemas[2].name: Duplicate value: "a"']],
  [{ fdws: twice }, ['spec.fdws[2].name: Duplicate value: "a"']],
  [
    { fdws: [{ name: 'a', options: twice, usage: twice }] },
    ['spec.fdws[0].options[2].name: Duplicate value: "a"', 'spec.fdws[0].usages[2].name: Duplicate value: "a"'],
  ],
  [
    { servers: [{ name: 's', fdw: 'f' }] },
    ['spec.servers[0].fdw: Invalid value: "f": referenced fdw not defined in spec.fdws'],
  ],
  [{ servers: [{ name: 's', fdw: 'f', ensure: 'absent' }] }, []],
  [{ fdws: [{ name: 'f' }], servers: [{ name: 's', fdw: 'f' }] }, []],
  [{ extensions: 'x', fdws: [null, 5], servers: {} }, ['spec.fdws[1].name: Duplicate value: ""']],
])('%j', (spec, expected) => {
  expect(checkDatabase({ spec }).map(renderFieldError)).toEqual(expected);
});

test('the place of what upstream calls otherwise is where the document has it', () => {
  expect(checkDatabase({ spec: { fdws: [{ name: 'a', usage: twice }] } })[0]?.at).toEqual([
    'spec',
    'fdws',
    0,
    'usage',
    2,
    'name',
  ]);
});

test.each([
  ['pg:18.1', undefined],
  ['pg:latest', "Can't use 'latest' as image tag as we can't detect upgrades"],
  ['pg', "Can't use 'latest' as image tag as we can't detect upgrades"],
  ['pg@sha256:00ff', "Can't use just the image sha as we can't detect upgrades"],
  ['pg:v18', 'invalid version tag'],
])('imageName %s', (imageName, message) => {
  const expected = message === undefined ? [] : [`spec.imageName: Invalid value: "${imageName}": ${message}`];
  expect(checkImageName({ spec: { imageName } }).map(renderFieldError)).toEqual(expected);
});

test.each([
  [{ name: 'a.b-c' }, []],
  [{ generateName: 'a-' }, []],
  [{}, ['metadata.name: Required value: name or generateName is required']],
  [{ name: 'A_b' }, [expect.stringContaining('metadata.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain')]],
])('metadata %j', (metadata, expected) => {
  expect(checkMetadata({ metadata }).map(renderFieldError)).toEqual(expected);
});
