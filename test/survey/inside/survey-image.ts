import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CheckedImage, Entry, Scenario, ScenarioResult, SurveyRequest } from '../survey-types.ts';
import { findTruth } from './find-truth.ts';

// Runs in a container of the base image with the images mounted in /extensions, and writes an array of ScenarioResult.
const manager = '/manager/pg-instance-manager.cjs';
const request = JSON.parse(readFileSync(0, 'utf8')) as SurveyRequest;
const scenarios: readonly Scenario[] = [
  'plain',
  'suggested',
  ...(request.beside.length > 0 ? ['together' as const] : []),
];
const results: ScenarioResult[] = [];
for (const scenario of scenarios) results.push(survey(scenario));
process.stdout.write(JSON.stringify(results));

function survey(scenario: Scenario): ScenarioResult {
  const { image, beside } = request;
  const names = scenario === 'together' ? [...beside, image] : [image];
  const suggested =
    scenario === 'plain' ? '' : check(['--suggest', ...names.map((name) => `/extensions/${name}`)]).output;
  const entries = scenario === 'plain' ? names.map((name) => entryOf({ name })) : entriesOf(suggested);
  writeFileSync('/tmp/suggested.yaml', suggested);
  const asked = scenario === 'plain' ? [`/extensions/${image}`] : ['--config', '/tmp/suggested.yaml', image];
  const { output, took } = check(['-o', 'json', ...asked]);
  const known = [...request.known, ...results].find((one) => JSON.stringify(one.entries) === JSON.stringify(entries));
  const truth = known?.truth ?? findTruth(image, entries);
  const checked = imageOf(output);
  return { scenario, entries, took, truth, ...(checked === undefined ? { refusal: output } : { checked }) };
}

function check(args: readonly string[]): { readonly output: string; readonly took: number } {
  const start = performance.now();
  const { stdout, stderr } = spawnSync(process.execPath, [manager, 'check', ...args], { encoding: 'utf8' });
  return { output: stdout === '' ? stderr : stdout, took: Math.round(performance.now() - start) };
}

function imageOf(output: string): CheckedImage | undefined {
  if (!output.startsWith('{')) return undefined;
  return (JSON.parse(output) as { images: readonly CheckedImage[] }).images[0];
}

interface Suggested {
  readonly name: string;
  readonly extension_control_path?: readonly string[];
  readonly dynamic_library_path?: readonly string[];
  readonly ld_library_path?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

function entriesOf(yaml: string): readonly Entry[] {
  return ((parse(yaml) as { extensions?: readonly Suggested[] }).extensions ?? []).map(entryOf);
}

function entryOf(suggested: Suggested): Entry {
  const root = `/extensions/${suggested.name}`;
  const absolute = (paths: readonly string[]): readonly string[] =>
    paths.map((path) => (path === '.' ? root : `${root}/${path}`));
  return {
    name: suggested.name,
    controlPath: absolute(suggested.extension_control_path ?? ['share']),
    libraryPath: absolute(suggested.dynamic_library_path ?? ['lib']),
    ldLibraryPath: absolute(suggested.ld_library_path ?? []),
    env: Object.fromEntries(
      (suggested.env ?? []).map(({ name, value }) => [name, value.replaceAll('${image_root}', root)]),
    ),
  };
}
