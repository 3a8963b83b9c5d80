import { isDeepStrictEqual, styleText } from 'node:util';
import type { Step } from '../verification/verification-step.ts';
import type { Subject } from './choose-subjects.ts';
import { type JunitCase, renderJunit } from './junit.ts';
import { printable } from './text-table.ts';

/** What a run goes by. */
export interface VerificationSetting {
  readonly server: { readonly version: string; readonly binDirectory: string };
  readonly subjects: readonly Subject[];
  readonly preload: readonly string[];
  /** Names and values of settings that were asked for. */
  readonly parameters: Readonly<Record<string, string>>;
}

const results = ['passed', 'failed', 'known', 'skipped'] as const;
type Result = (typeof results)[number];

export function countResults(steps: readonly Step[]): Readonly<Record<Result, number>> {
  const count = (result: Result): number => steps.filter(({ outcome }) => outcome.result === result).length;
  return { passed: count('passed'), failed: count('failed'), known: count('known'), skipped: count('skipped') };
}

/** The first lines: on what, and with which configuration. */
export function renderSetting({ server, subjects, preload, parameters }: VerificationSetting): string {
  const lines = [
    `PostgreSQL ${server.version} in ${server.binDirectory}`,
    ...subjects.map(({ extension, mountPath }) => {
      const lists = [
        ['extension_control_path', extension.extensionControlPath],
        ['dynamic_library_path', extension.dynamicLibraryPath],
        ['ld_library_path', extension.ldLibraryPath],
        ['bin_path', extension.binPath],
        ['env', extension.env.map(({ name, value }) => `${name}=${value}`)],
      ] as const;
      const shown = lists.flatMap(([name, values]) => (values.length === 0 ? [] : [`${name} [${values.join(', ')}]`]));
      return `${extension.name} in ${mountPath}: ${shown.join(', ')}`;
    }),
    ...(preload.length === 0 ? [] : [`shared_preload_libraries [${preload.join(', ')}]`]),
    ...(Object.keys(parameters).length === 0 ? [] : [`parameters ${Object.keys(parameters).join(', ')}`]),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

const words = { passed: 'ok', failed: 'FAILED', known: 'known', skipped: 'skipped' } as const;
const colours = { passed: 'green', failed: 'red', known: 'yellow', skipped: 'yellow' } as const;
const indent = ' '.repeat(21);
const mostDetails = 20;

/** One step as it ends; `before` are those that were told before it. */
export function renderStep(step: Step, before: readonly Step[], hasColours: boolean): string {
  const { outcome } = step;
  const word = words[outcome.result].padEnd(7);
  const shown = hasColours ? styleText(colours[outcome.result], word, { validateStream: false }) : word;
  const note = outcome.result === 'passed' && outcome.note !== undefined ? `: ${outcome.note}` : '';
  const time = `${(step.milliseconds / 1000).toFixed(2)} s`.padStart(9);
  const lines = [`  ${shown} ${time}  ${printable(`${step.title}${note}`)}`];
  if (outcome.result !== 'passed')
    lines.push(`${indent}${printable(outcome.result === 'skipped' ? outcome.reason : outcome.message)}`);
  lines.push(...renderDetails(step, before));
  const heading = before.at(-1)?.image === step.image ? [] : ['', step.image === '' ? 'server' : step.image];
  return [...heading, ...lines].map((line) => `${line}\n`).join('');
}

/** What is wrong with one update is often wrong with all of them. */
function renderDetails(
  { image, extension, outcome: { result, details } }: Step,
  before: readonly Step[],
): readonly string[] {
  const same = before.find(
    (one) =>
      one.image === image &&
      one.extension === extension &&
      one.outcome.result === result &&
      isDeepStrictEqual(one.outcome.details, details),
  );
  if (same !== undefined && details.length > 1) return [`${indent}- the same as with ${printable(same.title)}`];
  const more = details.length - mostDetails;
  return [
    ...details.slice(0, mostDetails).map((detail) => `${indent}- ${printable(detail)}`),
    ...(more > 0 ? [`${indent}and ${more} more: -o json has them all`] : []),
  ];
}

/** `unused` are what was said to fail and did not. */
export function renderSummary(
  steps: readonly Step[],
  unused: readonly string[],
  milliseconds: number,
  hasColours: boolean,
): string {
  const counts = countResults(steps);
  const parts = results.flatMap((result) => (counts[result] === 0 ? [] : [`${counts[result]} ${result}`]));
  const text = `${parts.join(', ')} in ${(milliseconds / 1000).toFixed(1)} s`;
  const colour = counts.failed > 0 ? colours.failed : colours.passed;
  const hints = unused.map(
    (pattern) => `${printable(`--known-failure "${pattern}" fits no step that failed: it can go.`)}\n`,
  );
  return `\n${hasColours ? styleText(colour, text, { validateStream: false }) : text}\n${hints.join('')}`;
}

export function renderVerificationJson(
  { server, subjects, preload, parameters }: VerificationSetting,
  steps: readonly Step[],
  unused: readonly string[],
  milliseconds: number,
): string {
  const counts = countResults(steps);
  const images = subjects.map(({ extension, mountPath }) => ({
    name: extension.name,
    path: mountPath,
    extension_control_path: extension.extensionControlPath,
    dynamic_library_path: extension.dynamicLibraryPath,
    ld_library_path: extension.ldLibraryPath,
    bin_path: extension.binPath,
    env: extension.env,
  }));
  const setting = { server, images, shared_preload_libraries: preload, parameters: Object.keys(parameters) };
  const result = counts.failed > 0 ? 'failed' : 'passed';
  return `${JSON.stringify({ ...setting, result, counts, unusedKnownFailures: unused, milliseconds, steps }, undefined, 2)}\n`;
}

export function renderVerificationJunit(steps: readonly Step[]): string {
  return renderJunit('pg-instance-manager verify', steps.map(junitCase));
}

function junitCase({ image, extension, title, milliseconds, outcome }: Step): JunitCase {
  const suite = image === '' ? 'server' : image;
  return {
    suite,
    className: extension === undefined ? suite : `${suite}.${extension}`,
    name: title,
    milliseconds,
    outcome: outcomeOf(outcome),
  };
}

function messageOf(outcome: Exclude<Step['outcome'], { readonly result: 'passed' }>): string {
  switch (outcome.result) {
    case 'failed':
      return outcome.message;
    case 'known':
      return `known to fail: ${outcome.message}`;
    case 'skipped':
      return outcome.reason;
  }
}

function outcomeOf(outcome: Step['outcome']): JunitCase['outcome'] {
  if (outcome.result === 'passed')
    return { kind: 'passed', output: [outcome.note ?? [], ...outcome.details].flat().join('\n') };
  const message = messageOf(outcome);
  // JUnit has no word for what is known to fail.
  const kind = outcome.result === 'failed' ? 'failed' : 'skipped';
  return { kind, message, text: [message, ...outcome.details].join('\n') };
}
