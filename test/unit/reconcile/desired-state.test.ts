import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/lib/finding.ts';
import { desiredState } from '../../../src/reconcile/desired-state.ts';
import type { World } from '../../../src/reconcile/observe-world.ts';
import type { InstanceOptions } from '../../../src/reconcile/options.ts';
import { parseGucFile } from '../../../src/settings/guc-file.ts';
import { options } from '../../support/a-snapshot.ts';
import { anImage, aWorld } from '../../support/an-extension.ts';

const finding: Finding = { severity: 'warning', reason: 'Shadowed', subject: 'extension/geo', message: 'x' };
const paths: NonNullable<World['paths']> = {
  extensionControlPath: '$system:/extensions/geo/share',
  dynamicLibraryPath: '$libdir:/extensions/geo/lib',
  findings: [],
};

function desire(world: Partial<World> = {}, changes: Partial<InstanceOptions> = {}, parameters = {}) {
  return desiredState(aWorld(world, { parameters }), { ...options, ...changes });
}

/** What the text says, name by name. */
function settingsOf(text: string): Readonly<Record<string, string>> {
  const parsed = parseGucFile(text);
  const entries = parsed.kind === 'parsed' ? parsed.entries : [];
  return Object.fromEntries(
    entries.map((entry) => (entry.kind === 'include' ? ['include', entry.path] : [entry.name, entry.value])),
  );
}

describe('the text', () => {
  test('sets no path and no list that nobody asked for', () => {
    const { settings, parameters } = desire();
    expect(parameters).toEqual({});
    expect(settingsOf(settings.text)).toEqual({
      unix_socket_directories: '/run/postgresql',
      include: '/data/postgresql.conf',
      'pg_instance_manager.config_sha256': settings.sha256,
    });
  });

  test('has the paths, the list and the parameters', () => {
    const preload = { libraries: ['pgaudit', 'a b'], atStart: ['pgaudit', 'a b'], findings: [] };
    const { settings, parameters } = desire({ paths, preload }, {}, { work_mem: '8MB' });
    expect(settingsOf(settings.text)).toMatchObject(parameters);
    expect(parameters).toEqual({
      work_mem: '8MB',
      extension_control_path: '$system:/extensions/geo/share',
      dynamic_library_path: '$libdir:/extensions/geo/lib',
      shared_preload_libraries: 'pgaudit, "a b"',
    });
  });

  test('has the merged paths rather than those of the parameters, which are in them', () => {
    const { parameters } = desire({ paths }, {}, { extension_control_path: '/mine' });
    expect(parameters['extension_control_path']).toBe('$system:/extensions/geo/share');
  });

  test('empties a list of which nothing is left', () => {
    expect(desire({ preload: { libraries: [], atStart: [], findings: [] } }).parameters).toEqual({
      shared_preload_libraries: '',
    });
  });

  test('includes the file that the user has named', () => {
    const serverOptions = new Map([['config_file', '/etc/mine.conf']]);
    expect(settingsOf(desire({}, { serverOptions }).settings.text)['include']).toBe('/etc/mine.conf');
  });
});

describe('the launch', () => {
  test('starts the server with the generated file', () => {
    expect(desire().launch).toMatchObject({
      file: '/usr/lib/postgresql/18/bin/postgres',
      // on the command line, or a data_directory in the user's own file would lead elsewhere
      args: ['-D', '/data', '-c', 'config_file=/data/pg-instance-manager.conf', '-c', 'data_directory=/data'],
    });
  });

  test('passes the options of the user on, but not those that reach the server by other ways', () => {
    const serverOptions = new Map([
      ['config_file', '/etc/mine.conf'],
      ['port', '5433'],
      ['extension_control_path', '/a'],
      ['dynamic_library_path', '/b'],
      ['shared_preload_libraries', 'pgaudit'],
      ['cluster_name', 'a b'],
    ]);
    expect(desire({}, { serverOptions }).launch.args.slice(6)).toEqual(['-c', 'port=5433', '-c', 'cluster_name=a b']);
  });

  test('puts the list to preload on the command line, where ALTER SYSTEM does not beat it', () => {
    expect(
      desire({ preload: { libraries: ['pgaudit'], atStart: ['/x/pgaudit.so'], findings: [] } }).launch.args.slice(6),
    ).toEqual(['-c', 'shared_preload_libraries=/x/pgaudit.so']);
  });

  test('has the environment of the postmaster', () => {
    const images = [anImage({ ldLibraryPath: ['system'], env: [{ name: 'GEO', value: '${image_root}/x' }] })];
    const { launch, environment } = desire({ images });
    expect(launch.environment).toBe(environment.variables);
    expect(launch.environment).toEqual({
      PATH: '/usr/bin',
      TZ: 'UTC',
      LD_LIBRARY_PATH: '/extensions/geo/system',
      GEO: '/extensions/geo/x',
      PG_OOM_ADJUST_FILE: '/proc/self/oom_score_adj',
      PG_OOM_ADJUST_VALUE: '200',
    });
  });

  test('leaves the OOM score to a container that has its own', () => {
    const environment = { PG_OOM_ADJUST_VALUE: '0' };
    expect(desire({}, { environment }).launch.environment).toMatchObject(environment);
  });
});

test('has the findings of the images, the disk, the paths, the libraries and the environment', () => {
  const of = (message: string): Finding => ({ ...finding, message });
  const env = [{ name: 'TZ', value: 'UTC' }];
  const { findings } = desire({
    images: [anImage({ env }, [of('image')])],
    findings: [of('disk')],
    paths: { ...paths, findings: [of('path')] },
    preload: { libraries: [], atStart: [], findings: [of('library')] },
  });
  expect(findings.map(({ message }) => message)).toEqual([
    ...['image', 'disk', 'path', 'library'],
    expect.stringContaining('TZ of extension geo'),
  ]);
});

test('has the restart policy of the configuration', () => {
  expect(desire().restartPolicy).toBe('manual');
  expect(desiredState(aWorld({}, { restartPolicy: 'automatic' }), options).restartPolicy).toBe('automatic');
});
