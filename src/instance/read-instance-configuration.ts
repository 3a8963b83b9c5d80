import { checkEmptied } from '../configuration/check-emptied.ts';
import { readConfigurationFiles } from '../configuration/configuration-source.ts';
import { emptyConfiguration } from '../configuration/instance-configuration.ts';
import {
  type ConfigurationProblem,
  describeProblem,
  parseConfiguration,
} from '../configuration/parse-configuration.ts';
import { parseRememberedFiles } from '../configuration/remembered-files.ts';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { readTextIfPresent } from '../lib/write-file-atomically.ts';
import { observeOrphan } from '../postmaster/observe-process.ts';
import { type InstanceOptions, rememberedFile, settingsFile } from '../reconcile/options.ts';
import type { ConfigurationInForce } from '../reconcile/reconciler.ts';

type ReaderOptions = Pick<InstanceOptions, 'configuration' | 'dataDirectory' | 'runDirectory'>;

type Candidate =
  | { readonly kind: 'good'; readonly inForce: ConfigurationInForce }
  | { readonly kind: 'bad'; readonly problems: readonly ConfigurationProblem[] };

/**
 * Reads the configuration at each call and remembers the last good one. At the start there is none to fall back to, so a
 * bad one ends the manager before it has written anything; later it only becomes a finding. Unless PostgreSQL
 * still runs with the one that an earlier manager had in force.
 */
export function instanceConfigurationReader(options: ReaderOptions): () => ConfigurationInForce {
  const held: { good: ConfigurationInForce | undefined } = { good: undefined };
  return () => {
    const candidate = readCandidate(options.configuration, held.good);
    if (candidate.kind === 'good') {
      held.good = candidate.inForce;
      return candidate.inForce;
    }
    held.good ??= inForceBefore(options);
    if (held.good === undefined) throw refusal(candidate.problems);
    return { ...held.good, problems: candidate.problems };
  };
}

/** Undefined: no PostgreSQL runs, or nothing was remembered that this version understands. */
function inForceBefore(options: ReaderOptions): ConfigurationInForce | undefined {
  if (observeOrphan(options.dataDirectory, settingsFile(options)) === undefined) return undefined;
  const remembered = parseRememberedFiles(readTextIfPresent(rememberedFile(options)) ?? '');
  if (remembered === undefined) return undefined;
  const parsed = parseConfiguration(remembered.files);
  if (parsed.kind === 'invalid') return undefined;
  const { configuration, warnings } = parsed;
  return { ...remembered, configuration, problems: [], warnings };
}

function readCandidate(source: InstanceOptions['configuration'], good: ConfigurationInForce | undefined): Candidate {
  const read = readConfigurationFiles(source.path);
  switch (read.kind) {
    case 'unreadable':
      return { kind: 'bad', problems: read.problems };
    case 'absent': {
      if (!source.mayBeAbsent) return { kind: 'bad', problems: [absent(source.path)] };
      const warnings = good === undefined ? [] : checkEmptied(source.path, good, []);
      return {
        kind: 'good',
        inForce: { configuration: emptyConfiguration, files: [], sha256: '', problems: [], warnings },
      };
    }
    case 'read': {
      // Hundreds of databases take a while to parse, and most passes find what was there before.
      if (good !== undefined && read.sha256 === good.sha256) return { kind: 'good', inForce: good };
      const parsed = parseConfiguration(read.files);
      if (parsed.kind === 'invalid') return { kind: 'bad', problems: parsed.problems };
      const { configuration } = parsed;
      const emptied = good === undefined ? [] : checkEmptied(source.path, good, read.files);
      const warnings = [...emptied, ...parsed.warnings];
      return {
        kind: 'good',
        inForce: { configuration, files: read.files, sha256: read.sha256, problems: [], warnings },
      };
    }
  }
}

function absent(path: string): ConfigurationProblem {
  return {
    file: path,
    line: 0,
    column: 0,
    path: '',
    found: 'nothing',
    expected: 'a YAML or JSON file, or a folder of them',
    message: 'there is nothing at this path; mount the configuration there or give another with --config',
  };
}

function refusal(problems: readonly ConfigurationProblem[]): ExitError {
  return new ExitError(exitCode.configuration, problems.map(describeProblem).join('\n'));
}
