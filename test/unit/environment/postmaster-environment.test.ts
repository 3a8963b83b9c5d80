import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ImageEnvironment, postmasterEnvironment } from '../../../src/environment/postmaster-environment.ts';

function anImageEnvironment(changes: Partial<ImageEnvironment> = {}): ImageEnvironment {
  const name = changes.name ?? 'postgis';
  return { name, mountPath: `/extensions/${name}`, ldLibraryPath: [], binPath: [], env: [], ...changes };
}

const postgis = anImageEnvironment({
  ldLibraryPath: ['/extensions/postgis/system'],
  binPath: ['/extensions/postgis/bin'],
});
const pljava = anImageEnvironment({
  name: 'pljava',
  ldLibraryPath: ['/extensions/pljava/jre', '/extensions/pljava/so'],
});

describe('LD_LIBRARY_PATH and PATH', () => {
  test('have the folders of the images behind what the container has', () => {
    const container = { LD_LIBRARY_PATH: '/opt/lib', PATH: '/usr/bin:/bin' };
    expect(postmasterEnvironment(container, [postgis, pljava]).variables).toEqual({
      LD_LIBRARY_PATH: '/opt/lib:/extensions/postgis/system:/extensions/pljava/jre:/extensions/pljava/so',
      PATH: '/usr/bin:/bin:/extensions/postgis/bin',
    });
  });

  test('begin with the first image when the container has none', () => {
    expect(postmasterEnvironment({}, [postgis]).variables).toEqual({
      LD_LIBRARY_PATH: '/extensions/postgis/system',
      PATH: '/extensions/postgis/bin',
    });
  });

  test.each(['', ':', ':/opt/lib', '/opt/lib:', '/opt/lib::/usr/lib', ':::'])(
    'never have an empty element, which would be the current folder: %j',
    (value) => {
      const elements = postmasterEnvironment({ LD_LIBRARY_PATH: value }, [postgis]).variables['LD_LIBRARY_PATH'];
      expect(elements?.split(':')).not.toContain('');
      expect(elements?.endsWith('/extensions/postgis/system')).toBe(true);
    },
  );

  test('are gone rather than empty', () => {
    expect(postmasterEnvironment({ LD_LIBRARY_PATH: '', PATH: ':' }, []).variables).toEqual({});
  });

  test('have no folder twice; the first one stays', () => {
    const container = { PATH: '/extensions/postgis/bin:/bin' };
    expect(postmasterEnvironment(container, [postgis, postgis]).variables['PATH']).toBe('/extensions/postgis/bin:/bin');
  });

  test('belong to the extensions that add to them, and to nobody else', () => {
    const { owners } = postmasterEnvironment({ PATH: '/bin', TZ: 'UTC' }, [postgis, pljava]);
    expect([...owners]).toEqual([
      ['LD_LIBRARY_PATH', ['postgis', 'pljava']],
      ['PATH', ['postgis']],
    ]);
  });

  test('keep what the container has in front and every folder of the images, whatever is in them', () => {
    const folder = fc.constantFrom('/a', '/b', '/opt/lib', '/extensions/x/lib');
    const value = fc.array(fc.constantFrom('', '/a', '/opt/lib'), { maxLength: 5 }).map((parts) => parts.join(':'));
    const images = fc.array(fc.array(folder, { maxLength: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.option(value, { nil: undefined }), images, (existing, folders) => {
        const { variables } = postmasterEnvironment(
          { LD_LIBRARY_PATH: existing },
          folders.map((ldLibraryPath, index) => anImageEnvironment({ name: `e${index}`, ldLibraryPath })),
        );
        const elements = variables['LD_LIBRARY_PATH']?.split(':') ?? [];
        const own = [...new Set((existing ?? '').split(':').filter((element) => element !== ''))];
        expect(elements).not.toContain('');
        expect(elements.slice(0, own.length)).toEqual(own);
        expect(new Set(elements)).toEqual(new Set([...own, ...folders.flat()]));
        expect(elements.length).toBe(new Set(elements).size);
      }),
    );
  });
});

describe('the variables of the container', () => {
  test.each(['TZ', 'LANG', 'LC_ALL', 'AWS_ROLE_ARN', 'AWS_SECRET_ACCESS_KEY', 'HOME', 'PGDATA', 'POSTGRES_USER'])(
    '%s passes',
    (name) => {
      expect(postmasterEnvironment({ [name]: 'value' }, []).variables).toEqual({ [name]: 'value' });
    },
  );

  test.each([
    ...['PGIM_CONFIG', 'PGIM_PASSWORD_FILE', 'PGPASSWORD', 'PGPASSFILE', 'POSTGRES_PASSWORD', 'POSTGRES_PASSWORD_FILE'],
    ...['NODE_OPTIONS', 'NODE_COMPILE_CACHE', 'node_options', 'npm_config_cache', 'NPM_TOKEN', 'UV_THREADPOOL_SIZE'],
  ])('%s is not for PostgreSQL', (name) => {
    expect(postmasterEnvironment({ [name]: 'value' }, [postgis]).variables).not.toHaveProperty(name);
  });

  test('that have no value are not there', () => {
    expect(postmasterEnvironment({ TZ: undefined }, []).variables).toEqual({});
  });
});

describe('the env of an extension', () => {
  const proj = anImageEnvironment({ env: [{ name: 'PROJ_DATA', value: '${image_root}/share/proj' }] });

  test('has the folder of its image for the placeholder', () => {
    const { variables, owners, findings } = postmasterEnvironment({}, [proj]);
    expect(variables).toEqual({ PROJ_DATA: '/extensions/postgis/share/proj' });
    expect(owners.get('PROJ_DATA')).toEqual(['postgis']);
    expect(findings).toEqual([]);
  });

  test('keeps a doubled dollar as text', () => {
    const escaped = anImageEnvironment({ env: [{ name: 'A', value: '$${image_root}' }] });
    expect(postmasterEnvironment({}, [escaped]).variables).toEqual({ A: '${image_root}' });
  });

  test('of a later extension wins over that of an earlier one, with a warning', () => {
    const other = anImageEnvironment({ name: 'gdal', env: [{ name: 'PROJ_DATA', value: '/elsewhere' }] });
    const { variables, owners, findings } = postmasterEnvironment({}, [proj, other]);
    expect(variables['PROJ_DATA']).toBe('/elsewhere');
    expect(owners.get('PROJ_DATA')).toEqual(['postgis', 'gdal']);
    expect(findings).toMatchObject([
      { severity: 'warning', reason: 'EnvironmentOverridden', subject: 'extension/gdal' },
    ]);
    expect(findings[0]?.message).toContain('extension postgis');
  });

  test('wins over the variable of the container, with a warning', () => {
    const { variables, findings } = postmasterEnvironment({ PROJ_DATA: '/usr/share/proj' }, [proj]);
    expect(variables['PROJ_DATA']).toBe('/extensions/postgis/share/proj');
    expect(findings).toMatchObject([{ reason: 'EnvironmentOverridden', subject: 'extension/postgis' }]);
    expect(findings[0]?.message).toContain('the container');
  });
});
