import { readFileSync } from 'node:fs';
import { describeError, ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { withoutLineEnds } from '../lib/without-line-ends.ts';
import { type GivenValue, parseOfficialEnvironment } from './official-environment.ts';

/** What the variables of the official image say, files read. */
export interface OfficialValues {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly initdbArguments: string | undefined;
  readonly walDirectory: string | undefined;
  readonly hostAuthMethod: string | undefined;
  /** Files that cannot be read, one sentence each: only who makes a new cluster needs them. */
  readonly problems: readonly string[];
}

/** To be called before root is given up: a secret may be for root's eyes only. */
export function readOfficialEnvironment(environment: Readonly<Record<string, string | undefined>>): OfficialValues {
  const parsed = parseOfficialEnvironment(environment);
  if ('refused' in parsed) throw new ExitError(exitCode.configuration, parsed.refused);
  const problems: string[] = [];
  const read = (value: GivenValue): string | undefined => {
    const got = valueFrom(value);
    if ('problem' in got) problems.push(got.problem);
    return 'problem' in got ? undefined : got.text;
  };
  return {
    user: read(parsed.user),
    password: read(parsed.password),
    database: read(parsed.database),
    initdbArguments: read(parsed.initdbArguments),
    walDirectory: parsed.walDirectory,
    hostAuthMethod: parsed.hostAuthMethod,
    problems,
  };
}

function valueFrom(value: GivenValue): { readonly text: string | undefined } | { readonly problem: string } {
  switch (value.kind) {
    case 'absent':
      return { text: undefined };
    case 'text':
      return { text: value.text };
    case 'file':
      try {
        const text = withoutLineEnds(readFileSync(value.path, 'utf8'));
        return text === '' ? { problem: `The file of ${value.variable}, ${value.path}, is empty.` } : { text };
      } catch (error) {
        return { problem: `The file of ${value.variable} cannot be read: ${describeError(error)}.` };
      }
  }
}
