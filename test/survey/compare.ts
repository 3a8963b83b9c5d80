import type { CheckFinding, Outcome, ScenarioResult, Truth } from './survey-types.ts';

export type Agreement = 'works' | 'fails' | 'false alarm' | 'miss' | 'dynamic';

export interface Verdict {
  readonly agreement: Agreement;
  /** What PostgreSQL said that no file tells: a role, a setting, a server elsewhere. */
  readonly dynamic: readonly Outcome[];
  readonly notes: readonly string[];
}

/** What no look at files can tell beforehand. */
const dynamic: readonly RegExp[] = [
  /must be (?:pre)?loaded|shared_preload_libraries|preload|PGC_POSTMASTER variables after startup/i,
  /environment variable|R_HOME|failure loading ClamAV databases|initialize dummy Tcl interpreter/,
  // opened by dlopen(3) when it is first used
  /failed to load the mysql query/,
  /unrecognized configuration parameter|must be set|invalid value for parameter/,
  // a script that uses what its control file does not require
  /schema ".*" does not exist/,
  /permission denied|must be superuser|role ".*" does not exist/,
];

/** Which findings explain what PostgreSQL says. */
const explanations: readonly (readonly [RegExp, readonly string[]])[] = [
  [/for reading: No such file/, ['PathMissing']],
  [/server closed the connection|connection to server was lost/, ['LibraryDamaged']],
  [/version `.*' not found/, ['SymbolVersionMissing']],
  [/undefined symbol|could not find function/, ['SymbolMissing']],
  [/incompatible library/, ['LibraryOfOtherServer']],
  [/missing magic block/, ['NotAModule', 'LibraryOfOtherServer']],
  // a name without a path is what the module needs
  [/": [^\s/:]+: (?:cannot open shared object|file too short)/, ['SystemLibraryMissing', 'LibraryDamaged']],
  [
    /invalid ELF header|file too short|wrong ELF class|cannot open shared object|ELF/,
    ['LibraryDamaged', 'LibraryForeign'],
  ],
  [/could not load library/, ['LibraryDamaged', 'LibraryForeign', 'SystemLibraryMissing', 'VolumeNoExec']],
  [
    /could not access file/,
    ['LibraryMissing', 'LayoutUnusual', 'UpdateScriptLoadsLibdir', 'LibraryDamaged', 'PathUnreadable'],
  ],
  [/is not available|required extension/, ['LayoutUnusual', 'RequirementMissing', 'ControlFileUnreadable']],
  [
    /no installation script|version to install must be specified|could not read directory|could not open (?:directory|file)/,
    ['ScriptMissing'],
  ],
  [
    /unrecognized parameter|syntax error in file|parameter ".*"|could not open extension control file|encoding/,
    ['ControlFileUnreadable'],
  ],
  [/cyclic dependency/, ['RequirementMissing']],
];

/** Check and PostgreSQL beside each other. */
export function compare({ checked, refusal, truth }: ScenarioResult): Verdict {
  const errors = (checked?.findings ?? []).filter(({ severity }) => severity === 'error');
  const failures = failuresOf(truth);
  const isDynamic = ({ error = '' }: Outcome): boolean => dynamic.some((pattern) => pattern.test(error));
  const fixed = failures.filter((failure) => !isDynamic(failure) && !isOfNoModule(failure, checked?.modules ?? []));
  // In which order modules are loaded is up to the user, so that one cannot be loaded alone is a warning.
  const explaining = (checked?.findings ?? []).filter(
    (one) => one.severity === 'error' || one.reason === 'SymbolMissing',
  );
  const unexplained = fixed.filter(({ error = '' }) => !explaining.some(({ reason }) => explains(reason, error)));
  const idle = errors.filter((finding) => isForNothing(finding, truth, failures));
  const notes = [
    ...(refusal === undefined ? [] : [`check: ${refusal}`]),
    ...unexplained.map(({ what, error }) => `not told: ${what}: ${error}`),
    ...idle.map((finding) => `for nothing: ${tell(finding)}`),
    ...differences(truth, checked),
  ];
  const dynamicOnes = failures.filter(isDynamic);
  const agreement = agreementOf(unexplained.length, idle.length, fixed.length, dynamicOnes.length);
  return { agreement: refusal === undefined ? agreement : 'miss', dynamic: dynamicOnes, notes };
}

function agreementOf(unexplained: number, idle: number, fixed: number, dynamicCount: number): Agreement {
  if (unexplained > 0) return 'miss';
  if (idle > 0) return 'false alarm';
  if (fixed > 0) return 'fails';
  return dynamicCount > 0 ? 'dynamic' : 'works';
}

/** PostgreSQL tells the first thing that is wrong with an extension, and `check` all of them. */
function isForNothing({ reason, message }: CheckFinding, truth: Truth, failures: readonly Outcome[]): boolean {
  const extension = /^CREATE EXTENSION (\S+) would fail/.exec(message)?.[1];
  const outcome = truth.outcomes.find(({ what }) => what === `CREATE EXTENSION ${extension}`);
  if (outcome !== undefined) return outcome.error === undefined;
  const loads = truth.outcomes.filter(({ what }) => message.includes(`/${/^LOAD '(.*)'$/.exec(what)?.[1]}.so`));
  if (loads.some(({ error }) => error !== undefined)) return false;
  return !failures.some(({ error = '' }) => explains(reason, error));
}

function failuresOf({ outcomes, startFailure }: Truth): readonly Outcome[] {
  // Not what came of the attempt to preload it.
  const failing = outcomes.flatMap(({ what, error }) =>
    error === undefined ? [] : [{ what, error: error.split('\npreloaded:')[0] ?? '' }],
  );
  return startFailure === undefined ? failing : [...failing, { what: 'start', error: startFailure }];
}

function explains(reason: string, error: string): boolean {
  const explanation = explanations.find(([pattern]) => pattern.test(error));
  return explanation?.[1].includes(reason) ?? false;
}

/** A library beside the modules that is none, and that check does not take for one. */
function isOfNoModule({ what, error = '' }: Outcome, modules: readonly { readonly file: string }[]): boolean {
  if (!what.startsWith('LOAD') || !error.includes('missing magic block')) return false;
  return !modules.some(({ file }) => file.endsWith(`/${what.slice("LOAD '".length, -1)}.so`));
}

/** What the command tells of modules and updates beside its findings. */
function differences(truth: Truth, checked: ScenarioResult['checked']): readonly string[] {
  const modules = (checked?.modules ?? []).flatMap(({ file, name, version, postgresMajor }) => {
    const loaded = truth.modules[file];
    if (loaded === undefined || (loaded[0] === name && loaded[1] === version && postgresMajor === 18)) return [];
    return [`module ${file}: ${name} ${version} for ${postgresMajor}; PostgreSQL has ${loaded.join(' ')}`];
  });
  const updates = (checked?.extensions ?? []).flatMap(({ name, updatesFrom }) => {
    const paths = truth.updatesFrom[name];
    if (paths === undefined || JSON.stringify([...paths].sort()) === JSON.stringify(updatesFrom)) return [];
    return [`updates of ${name}: from ${updatesFrom.join(' ')}; PostgreSQL has ${paths.join(' ')}`];
  });
  return [...modules, ...updates];
}

function tell({ reason, message }: CheckFinding): string {
  return `${reason}: ${message}`;
}
