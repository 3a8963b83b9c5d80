import { expect, test } from 'vitest';
import { refusePromotionToken } from '../../../src/admission/promotion-token.ts';

const content = {
  latestCheckpointTimelineID: '3',
  redoWalFile: 'this-wal-file',
  databaseSystemIdentifier: '231231212',
  latestCheckpointREDOLocation: '33322232',
  timeOfLatestCheckpoint: "we don't know",
  operatorVersion: 'version info',
};

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

test('a complete token promotes, whatever else is in it', () => {
  expect(refusePromotionToken(encode(JSON.stringify(content)))).toBeUndefined();
  const odd = { ...content, more: { redoWalFile: 1 } };
  expect(refusePromotionToken(encode(JSON.stringify(odd)))).toBeUndefined();
});

test.each([
  ['latestCheckpointTimelineID', 'LatestCheckpointTimelineID'],
  ['redoWalFile', 'REDOWALFile'],
  ['databaseSystemIdentifier', 'DatabaseSystemIdentifier'],
  ['latestCheckpointREDOLocation', 'LatestCheckpointREDOLocation'],
  ['timeOfLatestCheckpoint', 'TimeOfLatestCheckpoint'],
  ['operatorVersion', 'OperatorVersion'],
])('%s is needed', (key, name) => {
  const sentence = `Invalid promotionToken content: invalid promotion token (${name} is empty)`;
  for (const value of [undefined, null, '']) {
    expect(refusePromotionToken(encode(JSON.stringify({ ...content, [key]: value })))).toBe(sentence);
  }
});

test.each([
  ['not-base64', 'Base64 decoding failed): illegal base64 data'],
  [encode('{'), 'JSON decoding failed): it is no JSON'],
  [encode('nonsense'), 'JSON decoding failed): it is no JSON'],
  [
    encode('[]'),
    'JSON decoding failed): json: cannot unmarshal array into Go value of type utils.PgControldataTokenContent',
  ],
  [
    encode('{"redoWalFile": 1}'),
    'JSON decoding failed): json: cannot unmarshal number into Go struct field PgControldataTokenContent.redoWalFile of type string',
  ],
])('%s is no token', (token, sentence) => {
  expect(refusePromotionToken(token)).toBe(`Invalid promotionToken format: invalid promotion token (${sentence}`);
});

test('null is an empty token', () => {
  expect(refusePromotionToken(encode('null'))).toContain('(LatestCheckpointTimelineID is empty)');
});
