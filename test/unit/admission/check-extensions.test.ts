import { describe, expect, test } from 'vitest';
import { checkExtensions } from '../../../src/admission/check-extensions.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

const withCatalog = { imageCatalogRef: { apiGroup: 'postgresql.cnpg.io', kind: 'ImageCatalog', name: 'c', major: 18 } };

function refusals(extensions: unknown, spec: Readonly<Record<string, unknown>> = withCatalog): readonly string[] {
  return checkExtensions({ spec: { ...spec, postgresql: { extensions } } }).map(renderFieldError);
}

const at = 'spec.postgresql.extensions';

describe('names', () => {
  test.each([
    [[{ name: '' }], [`${at}[0].name: Invalid value: "": value cannot be empty`]],
    [[{}], [`${at}[0].name: Invalid value: "": value cannot be empty`]],
    [[{ name: 'a' }, { name: 'a', bin_path: ['..'] }], [`${at}[1].name: Duplicate value: "a"`]],
    [
      [{ name: 'pg_ivm' }, { name: 'pg-ivm', bin_path: [''] }],
      [
        `${at}[1].name: Invalid value: "pg-ivm": extension name results in duplicate volume name "ext-pg-ivm" after sanitization (underscores are converted to hyphens)`,
        `${at}[1].bin_path[0]: Invalid value: "": value cannot be empty`,
      ],
    ],
  ])('%j', (extensions, expected) => {
    expect(refusals(extensions)).toEqual(expected);
  });
});

test('an image is needed where no catalog brings one', () => {
  const sentence = `${at}[0].image.reference: Invalid value: "": Image reference for extension \`a\` must be set when no image catalog is configured`;
  expect(refusals([{ name: 'a' }], {})).toEqual([sentence]);
  expect(refusals([{ name: 'a', image: { reference: 'x' } }], {})).toEqual([]);
  expect(refusals([{ name: 'a' }])).toEqual([]);
});

describe('paths', () => {
  test.each(['/opt/custom/lib', 'a/b/../../share', '.', '/', './x', '..foo', 'x:y', 'with a blank'])(
    '%j is accepted',
    (path) => {
      expect(refusals([{ name: 'a', dynamic_library_path: [path] }])).toEqual([]);
    },
  );

  test.each(['..', '../x', 'a/../..', '/a/../../etc', './../x'])('%j escapes', (path) => {
    expect(refusals([{ name: 'a', extension_control_path: [path] }])).toEqual([
      `${at}[0].extension_control_path[0]: Invalid value: ${JSON.stringify(path)}: path must not escape the extension directory`,
    ]);
  });

  test('are compared as texts, within one list; one that is refused does not count', () => {
    expect(refusals([{ name: 'a', ld_library_path: ['lib', '/lib', 'lib'], bin_path: ['lib'] }])).toEqual([
      `${at}[0].ld_library_path[2]: Duplicate value: "lib"`,
    ]);
    expect(refusals([{ name: 'a', bin_path: ['../x', '../x'] }])).toHaveLength(2);
  });
});

describe('variables', () => {
  test.each([
    [
      'PGDATA',
      [
        `${at}[0].env[0].name: Invalid value: "PGDATA": the usage of this environment variable is reserved for the operator`,
      ],
    ],
    [
      'pghost',
      [
        `${at}[0].env[0].name: Invalid value: "pghost": the usage of this environment variable is reserved for the operator`,
      ],
    ],
    ['cnpg_x', [expect.stringContaining('reserved for the operator')]],
    ['Cluster_Name', [expect.stringContaining('reserved for the operator')]],
    ['PATH', [`${at}[0].env[0].name: Forbidden: PATH must be configured via ${at}[0].bin_path`]],
    [
      'LD_LIBRARY_PATH',
      [`${at}[0].env[0].name: Forbidden: LD_LIBRARY_PATH must be configured via ${at}[0].ld_library_path`],
    ],
    ['Path', []],
    ['LD_PRELOAD', []],
    ['TMPDIR', []],
  ])('%s', (name, expected) => {
    expect(refusals([{ name: 'a', env: [{ name, value: 'x' }] }])).toEqual(expected);
  });

  test('may use one placeholder only, and each name once', () => {
    const env = [
      { name: 'A', value: '${image_root}/${a}:${b}' },
      { name: 'A', value: '$${a}' },
    ];
    expect(refusals([{ name: 'a', env }])).toEqual([
      `${at}[0].env[0].value: Invalid value: "\${image_root}/\${a}:\${b}": unsupported placeholder(s): \${a}, \${b}; supported: \${image_root}`,
      `${at}[0].env[1].name: Duplicate value: "A"`,
    ]);
  });
});

test.each([null, 'text', 5, [null], ['x'], [{ name: 'a', env: 'x', bin_path: 5, image: [] }]])(
  '%j is no reason to stumble',
  (extensions) => {
    expect(() => refusals(extensions)).not.toThrow();
  },
);
