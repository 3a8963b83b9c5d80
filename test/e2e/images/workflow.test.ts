import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { extensionImage, images } from '../support/images.ts';

interface WorkflowStep {
  readonly run?: string;
}

const workflow = parse(
  readFileSync(fileURLToPath(new URL('../../../docker/extensions/verify.yaml', import.meta.url)), 'utf8'),
);

/** The commands of the workflow one after the other, as a runner executes them, until one fails. */
async function runWorkflow(folder: string): Promise<number | undefined> {
  // The engine of these tests under the name that the workflow uses.
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const { engine } = inject('laboratory');
  if (engine !== 'docker') {
    writeFileSync(join(bin, 'docker'), `#!/bin/sh\nexec ${engine} "$@"\n`, { mode: 0o755 });
  }
  const environment = { ...workflow.env, IMAGE: `pgim-e2e/workflow:${process.pid}`, VERIFIER: images.postgres };
  for (const { run } of workflow.jobs.verify.steps as readonly WorkflowStep[]) {
    if (run === undefined) continue;
    const { exitCode } = await execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd: folder,
      env: { ...environment, PATH: `${bin}:${process.env['PATH']}` },
      reject: false,
    });
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

function repository(test: string): string {
  const folder = temporaryFolder('repository');
  const label = inject('laboratory').label;
  writeFileSync(join(folder, 'Dockerfile'), `FROM ${extensionImage('pgvector')}\nLABEL ${label.replace('=', '="')}"\n`);
  mkdirSync(join(folder, 'test'));
  writeFileSync(join(folder, 'test/distance.sql'), test);
  return folder;
}

test('the workflow to copy builds an image, verifies it, and leaves a report', async () => {
  const folder = repository(`CREATE EXTENSION vector;
DO $$ BEGIN ASSERT '[1,2]'::vector <-> '[4,6]' = 5; END $$;
`);
  expect(await runWorkflow(folder)).toBe(0);
  const report = readFileSync(join(folder, 'report.xml'), 'utf8');
  expect(report).toContain('CREATE EXTENSION vector');
  expect(report).toContain('distance.sql');
  expect(report).not.toContain('<failure');
});

test('the workflow fails when a test of the author does, and the report says where', async () => {
  const folder = repository(`CREATE EXTENSION vector;
SELECT no_such_function();
`);
  expect(await runWorkflow(folder)).toBe(1);
  const report = readFileSync(join(folder, 'report.xml'), 'utf8');
  expect(report).toContain('<failure');
  expect(report).toContain('no_such_function');
});
