import { describe, expect, test } from 'vitest';
import { type SourceFile, sourceFiles } from '../support/source-files.ts';

// The house rules, held to the text of the sources. The demo and the build scripts are tools beside the program.
const files = sourceFiles(['demo', 'build']);

/** The files whose code has something that matches, by path. */
function having(pattern: RegExp, among: readonly SourceFile[] = files): readonly string[] {
  return among.filter(({ code }) => pattern.test(code)).map(({ path }) => path);
}

function importing(modules: readonly string[]): readonly string[] {
  return files.filter(({ imports }) => imports.some(({ from }) => modules.includes(from))).map(({ path }) => path);
}

/** Modules through which a file touches the world: disk, processes, network, time. */
const worldly: ReadonlySet<string> = new Set([
  ...['node:fs', 'node:fs/promises', 'node:child_process', 'node:net', 'node:http', 'node:timers/promises'],
  ...['node:https', 'node:tls'],
  ...['pg', 'chokidar', 'pino', 'pino-pretty', 'fastify', 'execa', 'prom-client'],
]);

function touchesTheWorld({ imports, path }: SourceFile): boolean {
  return (
    path === 'main.ts' ||
    path === 'lib/signal-process.ts' ||
    imports.some(({ from, kind }) => kind !== 'type' && worldly.has(from))
  );
}

const pure = files.filter((file) => !touchesTheWorld(file));

/** Neither a property of that name nor the name of a file. */
const globalProcess = /(?<![.\w/-])process\./;

test('there are files to look at', () => {
  expect(files.length).toBeGreaterThan(80);
  expect(pure.length).toBeGreaterThan(50);
  expect(pure.map(({ path }) => path)).toContain('postmaster/postmaster-state.ts');
});

describe('a file that computes', () => {
  test.each([
    ['asks for the time', /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/],
    ['sets a timer', /\bset(Timeout|Interval|Immediate)\(/],
    ['draws lots', /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/],
    ['reads or ends the process', globalProcess],
    ['writes to the console', /(?<![.\w])console\./],
    ['reaches the network', /(?<![.\w])fetch\(/],
  ])('never %s', (_, pattern) => {
    expect(having(pattern, pure)).toEqual([]);
  });
});

describe('the process', () => {
  test('is known to main.ts alone: environment, arguments, signals, exit; and there is one way to signal another', () => {
    expect(having(globalProcess)).toEqual(['lib/signal-process.ts', 'main.ts']);
    expect(importing(['node:process'])).toEqual([]);
  });

  test('does not write to the console: what is to be told goes to the log', () => {
    expect(having(/(?<![.\w])console\./)).toEqual([]);
  });
});

describe('there is one maker of', () => {
  test.each([
    ['sessions', /\bnew pg\.Client\(|\bnew Client\(/, ['server/connection.ts']],
    [
      'files that must not be half written',
      /\brenameSync\(/,
      ['initialization/attempt-folder.ts', 'initialization/move-cluster-up.ts', 'lib/write-file-atomically.ts'],
    ],
    ['quoted settings', /\bfunction quoteGucValue\b/, ['settings/guc-file.ts']],
    ['time', /\b(Date|performance)\.now\(/, ['lib/clock.ts']],
    ['listening sockets', /\bcreateServer\(/, ['http/bound-address.ts', 'instance/refuse-second.ts']],
    ['watchers', /\bwatch\(/, ['configuration/configuration-watcher.ts']],
    ['loggers', /\bpino\(/, ['lib/logger.ts']],
  ])('%s', (_, pattern, makers) => {
    expect(having(pattern)).toEqual(makers);
  });

  test('processes: the postmaster, what looks at settings, what makes a cluster, and container engines', () => {
    expect(having(/\bexeca\(/)).toEqual([
      'container/engine.ts',
      'initialization/run-program.ts',
      'postmaster/postmaster-process.ts',
      'settings/refuse-settings.ts',
    ]);
    expect(importing(['node:child_process', 'child_process', 'node:cluster', 'node:worker_threads'])).toEqual([]);
  });

  test('users: only one file gives root up', () => {
    expect(having(/\.(setuid|setgid|setgroups|initgroups)\?*\.?\(/)).toEqual(['instance/step-down.ts']);
  });
});

describe('no file has', () => {
  test.each([
    ['a default export', /^export default\b/m],
    ['a variable of its module', /^(export )?(let|var)\b/m],
    ['an enum', /^(export )?(declare )?(const )?enum\b/m],
    ['a namespace', /^(export )?(declare )?(namespace|module)\s/m],
    ['an any', /(:|\bas|<|,|\||&|=>)\s*any\b|\bany\[\]/],
    ['an error that is switched off', /@ts-(ignore|expect-error|nocheck)/],
    ['exports of another file', /^export (\*|(type )?\{[^}]*\} from '\.)/m],
    ['a class, but for the one error that carries an exit code', /^(export )?(abstract )?class (?!ExitError\b)/m],
  ])('%s', (_, pattern) => {
    expect(having(pattern)).toEqual([]);
  });

  test('more than 250 lines', () => {
    expect(files.filter(({ lines }) => lines > 250).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  test('the name of a barrel, or of a drawer for everything', () => {
    const names = files
      .map(({ path }) => path)
      .filter((path) => /(^|\/)(index|utils?|helpers?|common|types)\.ts$/.test(path));
    expect(names).toEqual([]);
    for (const { path } of files) expect(path).toMatch(/^([a-z]+(-[a-z]+)*\/)?[a-z0-9]+(-[a-z0-9]+)*\.ts$/);
  });
});

describe('a folder imports only', () => {
  // What stands lower knows nothing of what stands higher.
  const allowed: Readonly<Record<string, readonly string[]>> = {
    lib: [],
    documents: ['lib'],
    manifests: ['documents', 'lib'],
    configuration: ['documents', 'lib', 'manifests'],
    admission: ['configuration', 'documents', 'lib', 'manifests', 'settings'],
    deployment: ['configuration', 'documents', 'lib', 'manifests'],
    elf: ['lib'],
    loader: ['elf', 'lib'],
    settings: ['elf', 'lib'],
    environment: ['configuration', 'lib'],
    'image-volume': ['lib', 'settings'],
    container: [],
    inspection: ['elf', 'image-volume', 'lib', 'loader', 'settings'],
    verification: ['databases', 'initialization', 'lib', 'postmaster', 'server', 'settings'],
    postmaster: ['environment', 'lib'],
    init: ['lib', 'postmaster'],
    server: ['lib', 'postmaster'],
    removal: ['configuration', 'lib', 'image-volume', 'settings'],
    databases: ['configuration', 'image-volume', 'lib', 'removal', 'server', 'settings'],
    reconcile: ['configuration', 'environment', 'image-volume', 'lib', 'postmaster', 'removal', 'server', 'settings'],
    'safe-mode': ['lib', 'reconcile', 'settings'],
    status: ['configuration', 'databases', 'image-volume', 'inspection', 'lib', 'postmaster', 'reconcile', 'server'],
    http: ['lib', 'status'],
    initialization: ['environment', 'lib', 'postmaster', 'reconcile'],
    instance: [
      ...[
        'configuration',
        'databases',
        'environment',
        'http',
        'image-volume',
        'init',
        'initialization',
        'inspection',
        'lib',
        'postmaster',
        'reconcile',
        'removal',
        'safe-mode',
        'server',
      ],
      ...['settings', 'status'],
    ],
    cli: [
      ...[
        'admission',
        'configuration',
        'container',
        'deployment',
        'documents',
        'environment',
        'http',
        'image-volume',
        'initialization',
        'inspection',
        'instance',
        'lib',
        'manifests',
      ],
      ...['postmaster', 'server', 'settings', 'status', 'verification'],
    ],
    'main.ts': ['cli', 'init', 'initialization', 'instance', 'lib', 'postmaster', 'reconcile'],
  };

  test('what it may, and every folder has its line', () => {
    expect([...new Set(files.map(({ folder }) => folder))].sort()).toEqual(Object.keys(allowed).sort());
  });

  test.each(Object.entries(allowed))('%s: %o', (folder, others) => {
    const wrong = files
      .filter((file) => file.folder === folder)
      .flatMap(({ path, imports }) => imports.map(({ from }) => [path, from] as const))
      .filter(([, from]) => isOurs(from) && ![folder, ...others].includes(from.split('/')[0] ?? ''))
      .map(([path, from]) => `${path} imports ${from}`);
    expect(wrong).toEqual([]);
  });

  test('the commands take types from http and status, not the server', () => {
    const wrong = files
      .filter(({ folder }) => folder === 'cli')
      .flatMap(({ imports }) => imports)
      .filter(({ from, kind }) => kind !== 'type' && /^(http|status|postmaster)\//.test(from));
    expect(wrong).toEqual([]);
  });
});

describe('at run time', () => {
  const byPath = new Map(files.map((file) => [file.path, file]));

  function loadedBy(path: string): readonly string[] {
    return (byPath.get(path)?.imports ?? []).filter(({ kind }) => kind === 'static').map(({ from }) => from);
  }

  test('no file waits for itself: imports make no circle', () => {
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (path: string, chain: readonly string[]): void => {
      if (chain.includes(path)) circles.push([...chain.slice(chain.indexOf(path)), path].join(' → '));
      if (chain.includes(path) || done.has(path)) return;
      for (const from of loadedBy(path)) if (isOurs(from)) visit(from, [...chain, path]);
      done.add(path);
    };
    for (const { path } of files) visit(path, []);
    expect(circles).toEqual([]);
  });

  function withAllTheyLoad(paths: readonly string[]): ReadonlySet<string> {
    const seen = new Set<string>();
    const visit = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const from of loadedBy(path)) visit(from);
    };
    for (const path of paths) visit(path);
    return seen;
  }

  test('commands do not wait for what runs PostgreSQL', () => {
    const seen = withAllTheyLoad(['main.ts']);
    const late = ['instance/run-instance.ts', 'postmaster/postmaster-process.ts', 'yaml', 'zod/mini', 'pino', 'execa'];
    expect(late.filter((one) => seen.has(one))).toEqual([]);
  });

  test('run does not wait for what PostgreSQL does not need in order to start', () => {
    const running = (byPath.get('main.ts')?.imports ?? []).filter(({ kind }) => kind === 'dynamic');
    const seen = withAllTheyLoad(['main.ts', ...running.map(({ from }) => from)]);
    expect(seen).toContain('postmaster/postmaster-process.ts');
    const late = [
      ...['fastify', 'pg', 'prom-client', 'chokidar', 'pino-pretty', 'node:http', 'node:https', 'node:tls'],
      ...['http/status-app.ts', 'instance/access-files.ts'],
    ];
    expect(late.filter((one) => seen.has(one))).toEqual([]);
  });

  test('schemas are made with zod/mini: the other zod takes 600 KB, and 20 ms of every start', () => {
    expect(importing(['zod'])).toEqual([]);
    expect(importing(['zod/mini']).length).toBeGreaterThan(3);
    // Under one name all of it is bundled; as a namespace only what is used.
    expect(having(/import \{[^}]*\} from 'zod\/mini'/)).toEqual([]);
  });

  test('a file that computes loads no file that touches the world', () => {
    const purePaths = new Set(pure.map(({ path }) => path));
    // These are given the world's files to work with; whatever they decide is decided by a file that computes.
    const composers = [
      'initialization/create-database.ts',
      'postmaster/postmaster-supervisor.ts',
      'server/server-monitor.ts',
    ];
    const wrong = pure
      .filter(({ path, folder }) => !['cli', 'http', 'instance'].includes(folder) && !composers.includes(path))
      .flatMap(({ path }) => loadedBy(path).map((from) => [path, from] as const))
      .filter(([, from]) => isOurs(from) && byPath.has(from) && !purePaths.has(from))
      .map(([path, from]) => `${path} loads ${from}`);
    expect(wrong).toEqual([]);
  });
});

function isOurs(from: string): boolean {
  return from.endsWith('.ts') && !from.startsWith('..');
}
