import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseDurationMs } from '../../../src/cli/option-values.ts';
import { parseConfiguration } from '../../../src/configuration/parse-configuration.ts';
import { defaultsOfRun } from './defaults-of-run.ts';

interface Service {
  readonly volumes: readonly (string | { readonly type: string; readonly source: string; readonly target: string })[];
  readonly stop_grace_period: string;
  readonly ports: readonly string[];
  readonly [field: string]: unknown;
}

const read = (path: string): string => readFileSync(new URL(`../../../docker/${path}`, import.meta.url), 'utf8');
const service = (file: string): Service => parse(read(file)).services.postgres;
const withImages = service('compose.yaml');
const without = service('compose.without-image-volumes.yaml');

describe.each([
  ['compose.yaml', withImages],
  ['compose.without-image-volumes.yaml', without],
])('%s', (_file, { stop_grace_period, ...rest }) => {
  test('the engine waits for longer than the manager takes to stop PostgreSQL', async () => {
    expect(parseDurationMs(stop_grace_period)).toBeGreaterThan((await defaultsOfRun()).policy.shutdownBudgetMs);
  });

  test('nothing in it has more rights than it needs', () => {
    expect(rest).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    for (const port of rest.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});

test('the configuration is accepted without a warning, and the image of each of its extensions is mounted', () => {
  const path = 'compose/configuration/instance.yaml';
  const parsed = parseConfiguration([{ path, text: read(path) }]);
  expect(parsed).toMatchObject({ kind: 'valid', warnings: [] });
  const named = parsed.kind === 'valid' ? parsed.configuration.extensions.map(({ name }) => name) : [];
  const images = withImages.volumes.flatMap((volume) =>
    typeof volume === 'object' && volume.type === 'image' ? volume.target : [],
  );
  expect(images).toEqual(named.map((name) => `/extensions/${name}`));
});

test('the two differ in the way to the extensions and in what an older engine does not know', () => {
  const { volumes, healthcheck, ...same } = withImages;
  expect(without).toMatchObject(same);
  expect(Object.keys(without).sort()).toEqual([...Object.keys(withImages), 'depends_on'].sort());
  const plain = volumes.flatMap((volume) =>
    typeof volume === 'object' && volume.type !== 'image' ? `${volume.source}:${volume.target}` : [],
  );
  expect(without.volumes.map((volume) => String(volume).replace(/:ro$/, ''))).toEqual(
    expect.arrayContaining([...plain, 'extensions:/extensions']),
  );
});
