import { afterAll, describe, test } from 'vitest';
import { openStepCounter } from '../../support/counted-steps.ts';
import { expectLinear, type Pump, signs } from '../../support/expect-linear.ts';

// Twice as much of whatever somebody writes is at most twice the work; in steps, which are the same on every machine.
const counter = openStepCounter();
afterAll(() => counter.close());

const { parseConfiguration } = await import('../../../src/configuration/parse-configuration.ts');

describe('a configuration', () => {
  const yaml = (text: string): unknown => parseConfiguration([{ path: 'a.yaml', text }]);
  const json = (text: string): unknown => parseConfiguration([{ path: 'a.json', text }]);

  const yamlPumps: readonly (readonly [before: string, pump: Pump])[] = [
    ...[
      '- ',
      '- a\n',
      '? ',
      '&a ',
      '*a ',
      '- &a x\n',
      '!!a ',
      '|\n',
      '>',
      '%a\n',
      '---\n',
      'a: ',
      'a: 1\n',
      '\ta\n',
      '  a\n b\n',
    ].map((pump) => ['', pump] as const),
    ['', (index) => `- &a${index} x\n`],
    ['', (index) => `a${index}: \n`],
    ['- &a x\n', '- *a\n'],
    ['a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]\nb:\n', '- *a\n'],
    ['a: "', '\\z'],
    ['a: >\n', '  b\n\n'],
    ['extensions:\n', '- {}\n'],
    ['extensions:\n', '- name: a\n'],
    ['extensions:\n', (index) => `- { name: a${index}, env: [{ name: A, value: b }] }\n`],
    ['extensions:\n- name: a\n  env:\n', '  - {}\n'],
    ['extensions:\n- name: a\n  env:\n', '  - { name: LD_A, value: "${b" }\n'],
    ['extensions:\n- name: a\n  bin_path:\n', '  - a\n'],
    ['extensions:\n- name: a\n  bin_path:\n', '  - ../a\n'],
    ['shared_preload_libraries:\n', '- a b\n'],
    ['parameters:\n', (index) => `  a-${index}: []\n`],
    ['parameters:\n', (index) => `  a${index}: 1\n`],
    ['databases:\n', '- {}\n'],
    ['databases:\n', (index) => `- { name: a${index}, extensions: [{ name: a }, { name: a }] }\n`],
    ['databases:\n- name: a\n  extensions:\n', '  - { name: -a, version: "" }\n'],
    ['apiVersion: a\nkind: Database\nspec:\n', (index) => `  a${index}: 1\n`],
  ];
  test.each(signs.map((pump) => [pump] as const))('YAML of many %j', (pump) => expectLinear(counter, yaml, '', pump));
  test.each(yamlPumps)('YAML of %j and many %j', (before, pump) => expectLinear(counter, yaml, before, pump));
  test.each(signs.map((pump) => [pump] as const))('JSON of many %j', (pump) =>
    expectLinear(counter, json, '{"a":', pump),
  );
  test.each([
    ['[', '{},', '{}]'],
    ['{', '"a":1,', '"a":1}'],
    ['["', '\\u0061', '"]'],
    ['["', '\\u006', '"]'],
    ['', '[', ']'],
  ])('JSON of %j, many %j and %j', (before, pump, after) => expectLinear(counter, json, before, pump, after));

  test('in many files', () => {
    const files = (text: string): unknown =>
      parseConfiguration(text.split('\n').map((line, index) => ({ path: `${index}.yaml`, text: line })));
    expectLinear(counter, files, '', 'restart_policy: manual\n');
    expectLinear(counter, files, '', (index) => `extensions: [{ name: a${index} }]\n`);
    expectLinear(counter, files, '', '}\n');
  });
});
