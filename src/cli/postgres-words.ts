/** Words after `run postgres`, as words for `run`; a sentence when one of them cannot be followed. */
export type PostgresWords = { readonly words: readonly string[] } | { readonly refused: string };

type Setting = readonly [name: string, value: string];

/** Letters that stand alone: https://www.postgresql.org/docs/18/app-postgres.html */
const switches: Readonly<Record<string, Setting>> = {
  e: ['datestyle', 'euro'],
  F: ['fsync', 'off'],
  i: ['listen_addresses', '*'],
  l: ['ssl', 'on'],
  O: ['allow_system_table_mods', 'on'],
  P: ['ignore_system_indexes', 'on'],
  s: ['log_statement_stats', 'on'],
  T: ['send_abort_for_crash', 'on'],
};

/** Letters with a value that is the value of one parameter. */
const parameters: Readonly<Record<string, string>> = {
  B: 'shared_buffers',
  h: 'listen_addresses',
  k: 'unix_socket_directories',
  N: 'max_connections',
  p: 'port',
  S: 'work_mem',
  W: 'post_auth_delay',
};

const planMethods: Readonly<Record<string, string>> = {
  b: 'enable_bitmapscan',
  h: 'enable_hashjoin',
  i: 'enable_indexscan',
  m: 'enable_mergejoin',
  n: 'enable_nestloop',
  o: 'enable_indexonlyscan',
  s: 'enable_seqscan',
  t: 'enable_tidscan',
};

const statistics: Readonly<Record<string, string>> = {
  pa: 'log_parser_stats',
  pl: 'log_planner_stats',
  ex: 'log_executor_stats',
};

/** What each level of -d adds to the ones below it. */
const debugging: readonly (readonly Setting[])[] = [
  [
    ['log_connections', 'all'],
    ['log_disconnections', 'on'],
  ],
  [['log_statement', 'all']],
  [['debug_print_parse', 'on']],
  [['debug_print_plan', 'on']],
  [['debug_print_rewritten', 'on']],
];

/**
 * `run postgres …` takes what `postgres …` takes, as users of the official image write it. All of it becomes parameters
 * (`-c name=value`), whose names and values are checked where those are.
 */
export function postgresWords(given: readonly string[]): PostgresWords {
  const words: string[] = [];
  for (let at = 0; at < given.length; ) {
    const word = given[at] ?? '';
    const taken = word.startsWith('--') ? longOption(word) : shortOptions(word, given[at + 1]);
    if ('refused' in taken) return taken;
    for (const [name, value] of taken.settings) words.push('-c', `${name}=${value}`);
    at += 1 + taken.following;
  }
  return { words };
}

/** The settings that a word means, and how many words after it belong to it. */
type Taken = { readonly settings: readonly Setting[]; readonly following: 0 | 1 } | { readonly refused: string };

function longOption(word: string): Taken {
  const setting = settingOf(word.slice(2));
  if (setting === undefined || word === '--') {
    return refused(word, 'only parameters can be given after it, as --name=value');
  }
  return { settings: [setting], following: 0 };
}

/** As getopt(3) reads them: letters without a value may stand together, and a value may follow its letter at once. */
function shortOptions(word: string, next: string | undefined): Taken {
  if (!/^-[A-Za-z]/.test(word)) return refused(word, 'it takes options alone');
  const settings: Setting[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const alone = switches[letter];
    if (alone !== undefined) {
      settings.push(alone);
      continue;
    }
    const attached = word.slice(at + 1);
    const value = attached === '' ? next : attached;
    const meant = value === undefined ? [] : withValue(letter, value);
    if (meant === undefined)
      return refused(`-${letter}`, reasons[letter] ?? 'it is not one of the options of a server');
    if (value === undefined) return refused(`-${letter}`, 'it needs a value');
    if (meant.length === 0) return refused(`-${letter} ${value}`, 'the value is not one of those that it can have');
    return { settings: [...settings, ...meant], following: attached === '' ? 1 : 0 };
  }
  return { settings, following: 0 };
}

/** Undefined: there is no such letter. Nothing: the value is wrong. */
function withValue(letter: string, value: string): readonly Setting[] | undefined {
  const parameter = parameters[letter];
  if (parameter !== undefined) return [[parameter, value]];
  switch (letter) {
    case 'c':
      return optional(settingOf(value));
    case 'd':
      return debugSettings(value);
    case 'f':
      return optional(switched(planMethods[value], 'off'));
    case 't':
      return optional(switched(statistics[value], 'on'));
    default:
      return undefined;
  }
}

function debugSettings(value: string): readonly Setting[] {
  if (!/^[0-5]$/.test(value)) return [];
  const level = Number(value);
  return [['log_min_messages', level === 0 ? 'notice' : `debug${level}`], ...debugging.slice(0, level).flat()];
}

/** In names that are given on a command line, a hyphen stands for an underscore. */
function settingOf(text: string): Setting | undefined {
  const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? [];
  return name === undefined || value === undefined ? undefined : [name.replaceAll('-', '_'), value];
}

function switched(name: string | undefined, value: 'on' | 'off'): Setting | undefined {
  return name === undefined ? undefined : [name, value];
}

function optional(setting: Setting | undefined): readonly Setting[] {
  return setting === undefined ? [] : [setting];
}

const reasons: Readonly<Record<string, string>> = {
  D: 'the data folder is given with --pgdata or PGDATA',
  C: 'it does not run a server; execute postgres by its path for that',
};

function refused(what: string, why: string): { readonly refused: string } {
  return { refused: `error: "run postgres" cannot take ${JSON.stringify(what)}: ${why}.` };
}
