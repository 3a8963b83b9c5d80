// ⚡ `npm start`: PostgreSQL with extension images, on this machine, without a container.
import { realpathSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPortProblem } from './busy-port.ts';
import { defaultDemoPort, planDemoArguments, readLastFlag } from './demo-arguments.ts';
import { renderDemoConfiguration } from './demo-configuration.ts';
import { prepareDemoFolder } from './demo-folder.ts';
import { renderDemoWelcome } from './demo-welcome.ts';
import { type EmbeddedPostgres, findEmbeddedPostgres } from './embedded-postgres.ts';
import { installDemoConfiguration } from './install-demo-configuration.ts';
import { layOutDemo } from './lay-out-demo.ts';
import { findPortOfLeftPostgres } from './left-postgres.ts';
import { findPostgresUser } from './postgres-user.ts';
import { runInForeground } from './run-in-foreground.ts';
import { claimDemo } from './running-demo.ts';

/** The exit code of the demo. Everything that keeps it from starting is one sentence on standard error and 1. */
async function startDemo(extra: readonly string[]): Promise<number> {
  const checkout = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '../..'));
  const source = await findEmbeddedPostgres(process.platform, process.arch);
  if (source.kind === 'not-found') {
    return fail(source.message);
  }
  const program = join(checkout, 'dist/pg-instance-manager.cjs');
  if (!(await isThere(program))) {
    return fail(`${program} is not there: make it with npm run build.`);
  }
  const user = await findPostgresUser(readLastFlag(extra, '--user'));
  const prepared = await prepareDemoFolder({ checkout, sharedFolder: '/var/tmp', user });
  if (prepared.kind === 'refused') {
    return fail(prepared.message);
  }
  return startIn(prepared.folder, source, program, extra);
}

async function startIn(
  folder: string,
  source: EmbeddedPostgres,
  program: string,
  extra: readonly string[],
): Promise<number> {
  const port = process.env['PGPORT'] || defaultDemoPort;
  const demo = planDemoArguments(folder, port, extra);
  if ('problem' in demo) {
    return fail(demo.problem);
  }
  const claim = await claimDemo(folder);
  if (claim.kind === 'running') {
    return fail(`The demo is running already (process ${claim.pid}): use that one, or stop it with Ctrl-C.`);
  }
  try {
    const addresses = [demo.postgres, demo.status, demo.metrics].filter((address) => address !== undefined);
    // A manager that was killed leaves PostgreSQL behind, and the next one takes it on.
    const leftPort = await findPortOfLeftPostgres(`${folder}/data`);
    for (const address of addresses.filter((one) => one !== demo.postgres || one.port !== leftPort)) {
      const problem = await findPortProblem(address);
      if (problem !== undefined) {
        return fail(problem);
      }
    }
    await layOutDemo(source, folder);
    await installDemoConfiguration(folder, renderDemoConfiguration());
    process.stdout.write(renderDemoWelcome(demo, source.postgresVersion));
    return await runInForeground(process.execPath, [program, ...demo.programArguments], { PGPORT: port });
  } finally {
    await claim.release();
  }
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 1;
}

process.exitCode = await startDemo(process.argv.slice(2)).catch((error: NodeJS.ErrnoException) =>
  // A full disk, a folder without permission: the system's own words name the file. Anything else is a mistake here.
  fail(`The demo cannot start: ${error.code === undefined ? (error.stack ?? error.message) : error.message}`),
);
