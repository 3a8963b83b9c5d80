import { describe, expect, test } from 'vitest';
import { type ConfigurationProblem, parseConfiguration } from '../../../src/configuration/parse-configuration.ts';

function problemsIn(text: string): readonly ConfigurationProblem[] {
  const parsed = parseConfiguration([{ path: '1.yaml', text }]);
  return parsed.kind === 'invalid' ? parsed.problems : [];
}

function placesIn(text: string): readonly string[] {
  return problemsIn(text).map(({ file, line, column, path }) => `${file}:${line}:${column} ${path}`);
}

describe('keys', () => {
  test('that are unknown are refused at their own place, with what was probably meant', () => {
    const text =
      'extensions:\n  - name: a\n    bin_path: [x]\n    bin_paths: [x]\n    extensionControlPath: []\nfoo: 1\n';
    expect(problemsIn(text).map(({ line, column, path, message }) => [line, column, path, message])).toEqual([
      [4, 5, 'extensions[0].bin_paths', 'did you mean bin_path?'],
      [5, 5, 'extensions[0].extensionControlPath', 'did you mean extension_control_path?'],
      [6, 1, 'foo', 'remove it'],
    ]);
  });

  test('that are unknown are refused in images and variables, too', () => {
    const text = 'extensions: [{name: a, image: {ref: x}, env: [{name: A, value: x, valueFrom: y}]}]';
    expect(placesIn(text)).toEqual([
      '1.yaml:1:32 extensions[0].image.ref',
      '1.yaml:1:67 extensions[0].env[0].valueFrom',
    ]);
  });

  test('that are required are asked for', () => {
    const problems = problemsIn('extensions:\n  - bin_path: [x]\n  - env: [{}]\n    name:\n');
    expect(problems.map(({ line, path, found, message }) => [line, path, found, message])).toEqual([
      [2, 'extensions[0].name', 'nothing', 'name is required'],
      [3, 'extensions[1].env[0].name', 'nothing', 'name is required'],
      [3, 'extensions[1].env[0].value', 'nothing', 'value is required'],
      [4, 'extensions[1].name', 'nothing', 'name is required'],
    ]);
  });

  test('that stand twice are refused, and the rest is still looked at', () => {
    expect(placesIn('parameters: {a: 1}\nparameters: {b: 1}\nfoo: 1\n')).toEqual([
      '1.yaml:2:1 parameters',
      '1.yaml:3:1 foo',
    ]);
  });
});

describe('wrong types', () => {
  test.each([
    ['text', '', 'a text', 'a map'],
    ['[]', '', 'a list', 'a map'],
    ['5', '', 'a number', 'a map'],
    ['extensions: a', 'extensions', 'a text', 'a list'],
    ['extensions: {a: 1}', 'extensions', 'a map', 'a list'],
    ['extensions: [a]', 'extensions[0]', 'a text', 'a map'],
    ['extensions: [~]', 'extensions[0]', 'nothing', 'a map'],
    ['extensions: [{name: 5}]', 'extensions[0].name', '5', 'a text'],
    ['extensions: [{name: [a]}]', 'extensions[0].name', 'a list', 'a text'],
    ['extensions: [{name: a, image: x}]', 'extensions[0].image', 'a text', 'a map'],
    ['extensions: [{name: a, image: {reference: 1}}]', 'extensions[0].image.reference', '1', 'a text'],
    [
      'extensions: [{name: a, image: {pullPolicy: always}}]',
      'extensions[0].image.pullPolicy',
      '"always"',
      'Always or Never or IfNotPresent',
    ],
    ['extensions: [{name: a, bin_path: x}]', 'extensions[0].bin_path', 'a text', 'a list'],
    ['extensions: [{name: a, bin_path: [1]}]', 'extensions[0].bin_path[0]', '1', 'a text'],
    ['extensions: [{name: a, bin_path: [~]}]', 'extensions[0].bin_path[0]', 'nothing', 'a text'],
    ['extensions: [{name: a, env: {A: x}}]', 'extensions[0].env', 'a map', 'a list'],
    ['extensions: [{name: a, env: [A=x]}]', 'extensions[0].env[0]', 'a text', 'a map'],
    ['extensions: [{name: a, env: [{name: A, value: 1}]}]', 'extensions[0].env[0].value', 'a number', 'a text'],
    ['shared_preload_libraries: a', 'shared_preload_libraries', 'a text', 'a list'],
    ['shared_preload_libraries: [true]', 'shared_preload_libraries[0]', 'true', 'a text'],
    ['parameters: [a]', 'parameters', 'a list', 'a map'],
    ['parameters: {a: [1]}', 'parameters.a', 'a list', 'a text, a number, true or false'],
    ['parameters: {a: }', 'parameters.a', 'nothing', 'a text, a number, true or false'],
    ['parameters: {a: .inf}', 'parameters.a', 'no finite number', 'a text, a number, true or false'],
    ['restart_policy: Manual', 'restart_policy', '"Manual"', 'manual or automatic'],
    ['restart_policy: [manual]', 'restart_policy', 'a list', 'manual or automatic'],
  ])('%s is refused', (text, path, found, expected) => {
    expect(problemsIn(text)).toMatchObject([{ path, found, expected }]);
  });
});

describe('rules for values', () => {
  test.each([
    ['extensions: [{name: Foo}]', 'extensions[0].name', 'it names the folder the image is mounted at'],
    [
      'extensions: [{name: a, bin_path: [../x]}]',
      'extensions[0].bin_path[0]',
      'path must not escape the extension directory',
    ],
    [
      'extensions: [{name: a, extension_control_path: [""]}]',
      'extensions[0].extension_control_path[0]',
      'value cannot be empty',
    ],
    [
      'extensions: [{name: a, dynamic_library_path: ["a:b"]}]',
      'extensions[0].dynamic_library_path[0]',
      'a colon separates',
    ],
    ['extensions: [{name: a, ld_library_path: ["a;b"]}]', 'extensions[0].ld_library_path[0]', 'a semicolon separates'],
    [
      'extensions: [{name: a, env: [{name: path, value: x}]}]',
      'extensions[0].env[0].name',
      'PATH must be configured via bin_path',
    ],
    ['extensions: [{name: a, env: [{name: A, value: ""}]}]', 'extensions[0].env[0].value', 'value cannot be empty'],
    [
      'extensions: [{name: a, env: [{name: A, value: "${x}"}]}]',
      'extensions[0].env[0].value',
      'unsupported placeholder(s): ${x}; supported: ${image_root}',
    ],
    ['shared_preload_libraries: ["a, b"]', 'shared_preload_libraries[0]', 'write each one as an item of its own'],
    ['parameters: {config_file: x}', 'parameters.config_file', 'remove it'],
    ['parameters: {"a b": x}', 'parameters["a b"]', 'must be a valid PostgreSQL configuration parameter name'],
    ['parameters: {A: 1, a: 2}', 'parameters.a', 'it is already set at 1.yaml:1:14'],
  ])('%s is refused', (text, path, message) => {
    expect(problemsIn(text)).toMatchObject([{ path, message: expect.stringContaining(message) }]);
  });

  test('are all applied to one entry', () => {
    const text =
      'extensions: [{name: A, bin_path: ["", ..], env: [{name: PATH, value: "${x}"}, {name: 1a, value: ""}], x: 1}]';
    expect(placesIn(text).map((place) => place.split(' ')[1])).toEqual([
      'extensions[0].name',
      'extensions[0].bin_path[0]',
      'extensions[0].bin_path[1]',
      'extensions[0].env[0].name',
      'extensions[0].env[0].value',
      'extensions[0].env[1].name',
      'extensions[0].env[1].value',
      'extensions[0].x',
    ]);
  });
});

describe('secrets', () => {
  test.each([
    'parameters: {primary_conninfo: [hunter2]}',
    'parameters: {primary_conninfo: "hunter2\\0"}',
    'parameters: hunter2',
    'password: hunter2',
    'extensions: [{name: a, env: [{name: TOKEN, value: "${hunter2}"}]}]',
    'extensions: [{name: a, env: hunter2}]',
    'extensions: [{name: a, env: [hunter2]}]',
    'hunter2',
    '"hunter2',
    'a: "\\hunter2"',
  ])('are not told: %s', (text) => {
    const parsed = parseConfiguration([{ path: '1.yaml', text }]);
    expect(parsed.kind).toBe('invalid');
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });
});
