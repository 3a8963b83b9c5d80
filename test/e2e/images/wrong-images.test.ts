import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/lib/finding.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { breakages, filesOf, type ImageFiles } from '../../survey/breakages.ts';
import { engine, type Output } from '../support/engine-command.ts';
import { extensionImage, images } from '../support/images.ts';
import type { OfficialExtension } from '../support/official-extensions.ts';

interface Step {
  readonly title: string;
  readonly outcome: { readonly result: string; readonly message?: string };
}

/** The files of an image, to make a mistake in. */
async function unpacked(name: OfficialExtension): Promise<string> {
  const folder = temporaryFolder('image');
  chmodSync(folder, 0o755);
  const container = (await engine(['create', extensionImage(name), 'never'])).stdout.trim();
  try {
    mkdirSync(join(folder, name));
    await engine(['cp', `${container}:/.`, join(folder, name)]);
  } finally {
    await engine(['rm', container]);
  }
  return join(folder, name);
}

const whole = new Map<OfficialExtension, Promise<string>>();

/** A copy with the mistake in it. */
async function broken(name: OfficialExtension, mistake: (image: ImageFiles) => void): Promise<string> {
  const original = whole.get(name) ?? unpacked(name);
  whole.set(name, original);
  const folder = temporaryFolder('broken');
  chmodSync(folder, 0o755);
  cpSync(await original, join(folder, name), { recursive: true, verbatimSymlinks: true });
  mistake(filesOf(join(folder, name)));
  return folder;
}

function inContainer(folder: string, command: readonly string[]): Promise<Output> {
  const [name = ''] = readdirSync(folder);
  return engine(
    [
      ...['run', '--rm', '--network=none', '--volume', `${folder}:/images:ro`],
      ...[images.postgres, 'pg-instance-manager', ...command, '-o', 'json', `/images/${name}`],
    ],
    false,
  );
}

async function checked(folder: string): Promise<readonly Finding[]> {
  const { stdout } = await inContainer(folder, ['check']);
  return JSON.parse(stdout).images[0].findings;
}

async function failedSteps(folder: string): Promise<readonly string[]> {
  const { stdout } = await inContainer(folder, ['verify']);
  const { steps } = JSON.parse(stdout) as { steps: readonly Step[] };
  return steps
    .filter(({ outcome, title }) => outcome.result === 'failed' && title !== 'what can be told from its files')
    .map(({ title, outcome }) => `${title}: ${outcome.message}`);
}

function mistake(name: string): (image: ImageFiles) => void {
  const found = breakages.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found.apply;
}

describe('an image with a mistake in it: check says what PostgreSQL says when it is tried', () => {
  test.each([
    ['foreign', 'LibraryForeign', /vector\.so.*(cannot open shared object file|invalid ELF header)/],
    ['cut-off', 'LibraryDamaged', /signal 7|Bus error|connection|file too short/],
    ['executable-stack', 'LibraryDamaged', /cannot enable executable stack/],
    ['other-major', 'LibraryOfOtherServer', /version mismatch/],
    ['control-too-high', 'LayoutUnusual', undefined],
    ['loads-libdir', 'UpdateScriptLoadsLibdir', /could not access file "\$libdir\/vector"/],
    ['no-script', 'ScriptMissing', /no installation script nor update path/],
  ] as const)('%s', async (name, reason, words) => {
    const folder = await broken('pgvector', mistake(name));
    const findings = await checked(folder);
    expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([{ reason }]);
    const failed = await failedSteps(folder);
    if (words === undefined) expect(failed).toEqual([]);
    else expect(failed.join('\n')).toMatch(words);
  });

  test('a library of the system is not there', async () => {
    const folder = await broken('postgis', ({ root }) => {
      for (const name of readdirSync(`${root}/system`)) {
        if (name.startsWith('libproj.so')) rmSync(`${root}/system/${name}`);
      }
    });
    const { stdout } = await inContainer(folder, ['check', '--ld-library-path=system']);
    const findings: readonly Finding[] = JSON.parse(stdout).images[0].findings;
    expect(findings.map(({ reason }) => reason)).toEqual(['SystemLibraryMissing']);
    expect(findings[0]?.message).toMatch(/postgis-3\.so.*need libproj\.so\.25, which is in no folder/);
    const failed = await failedSteps(folder);
    expect(failed.join('\n')).toMatch(/CREATE EXTENSION postgis.*libproj\.so\.25: cannot open shared object file/);
  });

  test('a step between two versions is not there', async () => {
    const folder = await broken('pg-ivm', ({ scripts }) => rmSync(`${scripts}/pg_ivm--1.5--1.6.sql`));
    expect(await checked(folder)).toMatchObject([
      {
        severity: 'warning',
        reason: 'NoUpdatePath',
        message: expect.stringContaining('Databases with version 1.0, 1.1, 1.2, 1.3, 1.4 and 1 more of pg_ivm'),
      },
    ]);
    const failed = await failedSteps(folder);
    expect(failed.join('\n')).toMatch(/update from 1\.5/);
  });
});
