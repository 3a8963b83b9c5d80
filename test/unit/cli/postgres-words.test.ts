import { describe, expect, test } from 'vitest';
import { postgresWords } from '../../../src/cli/postgres-words.ts';

/** The parameters that the words mean, in their order. */
function parametersOf(...given: readonly string[]): readonly string[] {
  const got = postgresWords(given);
  if ('refused' in got) throw new Error(got.refused);
  expect(got.words.filter((_, index) => index % 2 === 0).every((word) => word === '-c')).toBe(true);
  return got.words.filter((_, index) => index % 2 === 1);
}

describe('words after run postgres', () => {
  test.each<[readonly string[], readonly string[]]>([
    [[], []],
    [['-c', 'work_mem=8MB'], ['work_mem=8MB']],
    [['-cwork_mem=8MB'], ['work_mem=8MB']],
    [['-c', 'log_line_prefix=%m = '], ['log_line_prefix=%m = ']],
    [['-c', 'cron.database-name=x'], ['cron.database_name=x']],
    [['--work-mem=8MB'], ['work_mem=8MB']],
    [['--search_path='], ['search_path=']],
    [['-B', '1GB'], ['shared_buffers=1GB']],
    [
      ['-N', '50', '-p5433'],
      ['max_connections=50', 'port=5433'],
    ],
    [
      ['-h', 'localhost', '-k', '/tmp'],
      ['listen_addresses=localhost', 'unix_socket_directories=/tmp'],
    ],
    [['-i'], ['listen_addresses=*']],
    [
      ['-lFp', '1'],
      ['ssl=on', 'fsync=off', 'port=1'],
    ],
    [['-S', '64'], ['work_mem=64']],
    [['-W', '3'], ['post_auth_delay=3']],
    [['-e'], ['datestyle=euro']],
    [
      ['-O', '-P', '-s', '-T'],
      ['allow_system_table_mods=on', 'ignore_system_indexes=on', 'log_statement_stats=on', 'send_abort_for_crash=on'],
    ],
    [
      ['-f', 's', '-fh'],
      ['enable_seqscan=off', 'enable_hashjoin=off'],
    ],
    [['-t', 'pl'], ['log_planner_stats=on']],
    [['-d', '0'], ['log_min_messages=notice']],
    [['-d2'], ['log_min_messages=debug2', 'log_connections=all', 'log_disconnections=on', 'log_statement=all']],
  ])('%j mean the parameters %j', (given, expected) => {
    expect(parametersOf(...given)).toEqual(expected);
  });

  test.each<[readonly string[], string]>([
    [['-D', '/data'], '--pgdata'],
    [['-C', 'work_mem'], '-C'],
    [['--single'], '--single'],
    [['--version'], '--version'],
    [['--'], '--'],
    [['-j'], '-j'],
    [['-V'], '-V'],
    [['-c'], 'needs a value'],
    [['-c', 'work_mem'], 'work_mem'],
    [['-d', '9'], '-d 9'],
    [['-f', 'x'], '-f x'],
    [['word'], 'word'],
    [['-'], 'options alone'],
    [['-c', 'a=b', '-x'], '-x'],
  ])('%j are refused in one sentence', (given, word) => {
    const got = postgresWords(given);
    if (!('refused' in got)) throw new Error('was taken');
    expect(got.refused).toContain(word);
    expect(got.refused).toMatch(/^error: .+\.$/);
  });
});
