import { describe, expect, test } from 'vitest';
import { emptyConfiguration } from '../../../src/configuration/instance-configuration.ts';
import {
  type ConfigurationProblem,
  describeBytes,
  describeProblem,
  parseConfiguration,
} from '../../../src/configuration/parse-configuration.ts';

function parse(...texts: string[]): ReturnType<typeof parseConfiguration> {
  return parseConfiguration(texts.map((text, index) => ({ path: `${index + 1}.yaml`, text })));
}

function problemsIn(...texts: string[]): readonly ConfigurationProblem[] {
  const parsed = parse(...texts);
  return parsed.kind === 'invalid' ? parsed.problems : [];
}

function placesIn(...texts: string[]): readonly string[] {
  return problemsIn(...texts).map(({ file, line, column, path }) => `${file}:${line}:${column} ${path}`);
}

function configurationOf(...texts: string[]) {
  const parsed = parse(...texts);
  if (parsed.kind === 'invalid') throw new Error(parsed.problems.map(describeProblem).join('\n'));
  return parsed.configuration;
}

describe('a valid configuration', () => {
  test('is empty without files, with empty files and with keys that have no value', () => {
    for (const texts of [
      [],
      [''],
      ['# nothing'],
      ['extensions:\nparameters:\ndatabases:\nremoval:\n'],
      ['{}', '---'],
    ]) {
      expect(configurationOf(...texts)).toEqual(emptyConfiguration);
    }
  });

  test('has all that was written', () => {
    const text = `
extensions:
  - name: postgis
    image: { reference: "registry/postgis:3.6@sha256:abc", pullPolicy: IfNotPresent }
    extension_control_path: [share, /other/]
    dynamic_library_path: [./lib64]
    ld_library_path: [/system]
    bin_path: [.]
    env: [{ name: PROJ_DATA, value: "\${image_root}/share/proj" }]
  - name: pgvector
shared_preload_libraries: [pg_stat_statements, $libdir/pgaudit]
parameters: { work_mem: 8MB }
restart_policy: automatic
removal: force
databases: [{ name: app }]
`;
    expect(configurationOf(text)).toEqual({
      extensions: [
        {
          name: 'postgis',
          image: { reference: 'registry/postgis:3.6@sha256:abc', pullPolicy: 'IfNotPresent' },
          extensionControlPath: ['share', 'other'],
          dynamicLibraryPath: ['lib64'],
          ldLibraryPath: ['system'],
          binPath: ['.'],
          env: [{ name: 'PROJ_DATA', value: '${image_root}/share/proj' }],
          declared: { extensionControlPath: true, dynamicLibraryPath: true },
        },
        {
          name: 'pgvector',
          image: {},
          extensionControlPath: ['share'],
          dynamicLibraryPath: ['lib'],
          ldLibraryPath: [],
          binPath: [],
          env: [],
          declared: { extensionControlPath: false, dynamicLibraryPath: false },
        },
      ],
      sharedPreloadLibraries: ['pg_stat_statements', '$libdir/pgaudit'],
      parameters: { work_mem: '8MB' },
      restartPolicy: 'automatic',
      removal: 'force',
      databases: [expect.objectContaining({ name: 'app' })],
    });
  });

  test('may be JSON', () => {
    const text = '{"extensions": [{"name": "a"}], "parameters": {"work_mem": "8MB", "jit": false}}';
    expect(parseConfiguration([{ path: 'a.json', text }])).toMatchObject({
      kind: 'valid',
      configuration: { extensions: [{ name: 'a' }], parameters: { work_mem: '8MB', jit: 'off' } },
    });
  });

  test('takes an empty list of paths for one that is not set', () => {
    const [extension] = configurationOf(
      'extensions: [{name: a, extension_control_path: [], dynamic_library_path: }]',
    ).extensions;
    expect(extension).toMatchObject({
      extensionControlPath: ['share'],
      dynamicLibraryPath: ['lib'],
      declared: { extensionControlPath: false, dynamicLibraryPath: false },
    });
  });

  test('has parameters as texts, with names in lower case', () => {
    const text = 'parameters: {A: true, b: false, c: 1.10, d: 0640, e: 9223372036854775807, f: "", g: on, h.I: 0o17}';
    expect(configurationOf(text).parameters).toEqual({
      a: 'on',
      b: 'off',
      c: '1.10',
      d: '0640',
      e: '9223372036854775807',
      f: '',
      g: 'on',
      'h.i': '15',
    });
  });

  test('lets the paths and the preload list be set as parameters, too', () => {
    const text =
      'parameters: {shared_preload_libraries: a, extension_control_path: $system, dynamic_library_path: $libdir}';
    expect(Object.keys(configurationOf(text).parameters)).toHaveLength(3);
  });

  test('lets names like constructor be parameters', () => {
    expect(configurationOf('parameters: {constructor: 1, tostring: x}').parameters).toEqual({
      constructor: '1',
      tostring: 'x',
    });
  });

  test('may use anchors', () => {
    const text = 'extensions:\n  - {name: a, env: &e [{name: A, value: x}]}\n  - {name: b, env: *e}\n';
    expect(configurationOf(text).extensions.map(({ env }) => env)).toEqual([
      [{ name: 'A', value: 'x' }],
      [{ name: 'A', value: 'x' }],
    ]);
  });
});

describe('several files', () => {
  test('have their lists put together in order, and their parameters', () => {
    const configuration = configurationOf(
      'extensions: [{name: b}]\nshared_preload_libraries: [y]\nparameters: {a: 1}',
      'extensions: [{name: a}]\nshared_preload_libraries: [x, y]\nparameters: {b: 2}\nrestart_policy: automatic',
    );
    expect(configuration.extensions.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(configuration.sharedPreloadLibraries).toEqual(['y', 'x']);
    expect(configuration.parameters).toEqual({ a: '1', b: '2' });
    expect(configuration.restartPolicy).toBe('automatic');
  });

  test('cannot both set a scalar, not even to the same value', () => {
    const [problem] = problemsIn('restart_policy: manual', '\nrestart_policy: manual');
    expect(problem).toMatchObject({ file: '2.yaml', line: 2, column: 17, path: 'restart_policy', found: '"manual"' });
    expect(problem?.message).toBe('it is already set at 1.yaml:1:17');
  });

  test('cannot both set a parameter, in whatever case', () => {
    const [problem, ...others] = problemsIn('parameters:\n  work_mem: 1', 'parameters:\n  Work_Mem: 2');
    expect(problem).toMatchObject({ file: '2.yaml', line: 2, column: 3, path: 'parameters.Work_Mem' });
    expect(problem?.message).toContain('1.yaml:2:3');
    expect(others).toEqual([]);
  });

  test('cannot both have an extension', () => {
    const [problem] = problemsIn('extensions: [{name: a}]', 'extensions: [{name: a}]');
    expect(problem).toMatchObject({ file: '2.yaml', path: 'extensions[0].name', found: '"a"' });
    expect(problem?.message).toBe('the same extension is already listed at 1.yaml:1:21');
  });

  test('have all their problems told at once, those that cannot be read as YAML included', () => {
    const text = 'extensions: [{name: A}, {name: ok}]';
    expect(placesIn(text, 'a: "', 'extensions: [{name: ok}]\nfoo: 1')).toEqual([
      '1.yaml:1:21 extensions[0].name',
      '2.yaml:1:5 ',
      '3.yaml:1:21 extensions[0].name',
      '3.yaml:2:1 foo',
    ]);
  });
});

describe('names that collide', () => {
  test('are refused when they are equal', () => {
    expect(placesIn('extensions:\n  - name: a\n  - name: b\n  - name: a\n')).toEqual([
      '1.yaml:4:11 extensions[2].name',
    ]);
  });

  test('are refused when the names of their volumes are equal', () => {
    const [problem] = problemsIn('extensions:\n  - name: pg_ivm\n  - name: pg-ivm\n');
    expect(problem).toMatchObject({ line: 3, found: '"pg-ivm"' });
    expect(problem?.message).toBe(
      'extension name results in duplicate volume name "ext-pg-ivm" after sanitization (underscores are converted to hyphens), the other one is at 1.yaml:2:11',
    );
  });

  test('are refused among the variables of an extension, and allowed among extensions', () => {
    const env = 'env: [{name: A, value: x}]';
    expect(placesIn(`extensions: [{name: a, ${env}}, {name: b, ${env}}]`)).toEqual([]);
    expect(placesIn('extensions:\n- name: a\n  env:\n  - {name: A, value: x}\n  - {name: A, value: y}')).toEqual([
      '1.yaml:5:12 extensions[0].env[1].name',
    ]);
  });
});

describe('something that stands in a list twice', () => {
  test('is taken once with a warning, if it is a folder', () => {
    const text = 'extensions:\n- name: a\n  dynamic_library_path: [lib, /lib/, ./lib, other]\n  bin_path: [lib]\n';
    const parsed = parse(text);
    expect(parsed).toMatchObject({
      kind: 'valid',
      configuration: { extensions: [{ dynamicLibraryPath: ['lib', 'other'], binPath: ['lib'] }] },
    });
    expect(parsed.warnings.map(describeProblem)).toEqual([
      '1.yaml:3:31: extensions[0].dynamic_library_path[1]: found "/lib/", expected each folder once; the same folder is taken once, it is already listed at 1.yaml:3:26',
      '1.yaml:3:38: extensions[0].dynamic_library_path[2]: found "./lib", expected each folder once; the same folder is taken once, it is already listed at 1.yaml:3:26',
    ]);
  });

  test('is taken once with a warning, if it is a library, across files', () => {
    const parsed = parse('shared_preload_libraries: [a, a]', 'shared_preload_libraries: [b, a]');
    expect(parsed).toMatchObject({ kind: 'valid', configuration: { sharedPreloadLibraries: ['a', 'b'] } });
    expect(parsed.warnings.map(({ file, column }) => [file, column])).toEqual([
      ['1.yaml', 31],
      ['2.yaml', 31],
    ]);
  });

  test('is warned about also where something else is wrong', () => {
    expect(parse('shared_preload_libraries: [a, a]\nfoo: 1').warnings).toHaveLength(1);
  });
});

describe('limits', () => {
  test('a text of more than 1 MiB is refused before it is parsed', () => {
    const text = `# ${'x'.repeat(1_300_000)}`;
    expect(problemsIn(text).map(describeProblem)).toEqual([
      '1.yaml: found 1.3 MiB, expected at most 1 MiB; this is no configuration; take the file out of the folder or split it',
    ]);
    expect(problemsIn(`#${'x'.repeat(1024 * 1024 - 1)}`)).toEqual([]);
    expect(problemsIn(`#${'ä'.repeat(600_000)}`)).toHaveLength(1);
  });

  test('a size is not rounded down to the limit', () => {
    expect(describeBytes(1024 * 1024 + 1)).toBe('1.1 MiB');
  });

  test('of a flood of mistakes the first are told, and that there are more', () => {
    const text = Array.from({ length: 2000 }, (_, index) => `k${index}: 1`).join('\n');
    const problems = problemsIn(text);
    expect(problems).toHaveLength(501);
    expect(problems.at(-1)?.found).toBe('more mistakes than the 500 above');
  });

  test('300 extensions are no flood', () => {
    const text = `extensions:\n${Array.from({ length: 300 }, (_, index) => `  - name: e${index}\n`).join('')}`;
    expect(configurationOf(text).extensions).toHaveLength(300);
  });
});

describe('describeProblem', () => {
  test('is one sentence with file, line, path, what was found and what is expected', () => {
    const [problem] = problemsIn('extensions:\n  - name: Foo\n');
    expect(problem && describeProblem(problem)).toBe(
      '1.yaml:2:11: extensions[0].name: found "Foo", expected 1 to 59 lower-case letters, digits, hyphens and underscores, with a letter or digit at both ends; it names the folder the image is mounted at',
    );
  });
});
