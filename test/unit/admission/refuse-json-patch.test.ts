import { expect, test } from 'vitest';
import { refuseJsonPatch } from '../../../src/admission/refuse-json-patch.ts';

test.each([
  '[]',
  'null',
  '[{"op": "replace", "path": "/metadata/name", "value": "test"}]',
  '[{"op": "add", "path": "/a", "value": null}, {"op": "remove", "path": "/a"}, {"op": "test", "path": ""}]',
  '[{"op": "move", "from": "/a", "path": "/b"}, {"op": "copy", "from": "/a", "path": "/b"}]',
])('%s is a patch', (text) => {
  expect(refuseJsonPatch(text)).toBeUndefined();
});

test.each([
  ['invalid-json-patch', 'invalid state detected'],
  ['{}', 'json: cannot unmarshal object into Go value of type jsonpatch.Patch'],
  ['"x"', 'json: cannot unmarshal string into Go value of type jsonpatch.Patch'],
  ['[{"op": "x"}, 1]', 'json: cannot unmarshal number into Go value of type jsonpatch.Operation'],
  ['[null]', 'invalid operation null: unsupported operation'],
  ['[{"path": "/a", "op": "x"}]', 'invalid operation {"op":"x","path":"/a"}: unsupported operation'],
  ['[{"op": 1}]', 'invalid operation {"op":1}: unsupported operation'],
  [
    '[{"op": "add", "path": "/a"}]',
    `invalid operation {"op":"add","path":"/a"}: failed to decode 'value': operation, missing value field: missing value`,
  ],
  [
    '[{"op": "move", "path": "/a"}]',
    `invalid operation {"op":"move","path":"/a"}: failed to decode 'from': operation, missing from field: missing value`,
  ],
  [
    '[{"op": "remove", "path": null}]',
    `invalid operation {"op":"remove","path":null}: failed to decode 'path': operation missing path field: missing value`,
  ],
  [
    '[{"op": "test", "path": [1, 2]}]',
    `invalid operation {"op":"test","path":[1,2]}: failed to decode 'path': json: cannot unmarshal array into Go value of type string`,
  ],
])('%s is refused: %s', (text, sentence) => {
  expect(refuseJsonPatch(text)).toBe(sentence);
});
