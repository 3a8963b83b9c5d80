// ⚡ A pass over a configuration with many extensions.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import type { BenchContext, Measurement } from '../bench-context.ts';
import type { FullPassAnswer, FullPassRequest } from '../full-pass-process.ts';
import { inTurns } from '../in-turns.ts';
import { type ManagedInstance, startManagedAndWait } from '../managed-instance.ts';
import { installManyExtensions, type ManyExtensions } from '../many-extensions.ts';
import { type MeasuredRow, measuredRow } from '../measured-row.ts';
import type { Place } from '../workshop.ts';

const limitMs = 500;
const extensionCount = 300;
const restMs = 100;
const patienceMs = 10_000;
const child = fileURLToPath(new URL('../full-pass-process.ts', import.meta.url));

export const fullPass: Measurement = { name: 'full-pass', measure };

async function measure(context: BenchContext): Promise<readonly MeasuredRow[]> {
  const { workshop, runs } = context;
  const place = workshop.place();
  const many = installManyExtensions(workshop.folder, extensionCount);
  place.configuration.stage(many.configuration).swap();
  const instance = await startManagedAndWait(workshop, place, { extensionsDirectory: many.directory });
  await mustSeeAll(instance);
  const [reloads = [], cold = []] = await inTurns(runs, [
    () => timeOfReload(instance),
    () => timeOfColdPass(context, place, many),
  ]);
  await instance.stop();
  const target = () => ({ statistic: 'p95', limit: limitMs, text: `${limitMs} ms` }) as const;
  return [
    measuredRow({
      what: `full pass over ${extensionCount} extensions, running`,
      unit: 'ms',
      samples: reloads,
      target,
      note: 'POST /reload on the control socket to its answer: configuration read, folders looked at, settings made, server asked. Each extension has an image folder with 2 control files, 3 scripts and a library.',
    }),
    measuredRow({
      what: `full pass over ${extensionCount} extensions, first one`,
      unit: 'ms',
      samples: cold,
      target,
      note: 'The first pass of a fresh process, from the sources, without a server: nothing is compiled hot yet.',
    }),
  ];
}

async function mustSeeAll(instance: ManagedInstance): Promise<void> {
  const status = await untilApplied(instance);
  const whole = status.extensions.filter((one) => one.volume.state === 'folder' && one.provides.length === 2);
  const errors = status.findings.filter((finding) => finding.severity === 'error');
  if (whole.length !== extensionCount || errors.length > 0) {
    throw new Error(`only ${whole.length} extensions are whole: ${JSON.stringify(errors)}`);
  }
}

/** A client can be in before the manager has looked for itself. */
async function untilApplied(instance: ManagedInstance): Promise<InstanceStatus> {
  const untilMs = performance.now() + patienceMs;
  while (performance.now() < untilMs) {
    const { body } = await instance.ask('GET', '/status');
    const status: InstanceStatus = JSON.parse(body);
    if (status.configuration.state === 'applied') return status;
    await delay(restMs);
  }
  throw new Error(`the configuration was not applied within ${patienceMs / 1_000} s`);
}

async function timeOfReload(instance: ManagedInstance): Promise<number> {
  await delay(restMs);
  const startMs = performance.now();
  const { statusCode, body } = await instance.ask('POST', '/reload');
  const ms = performance.now() - startMs;
  if (statusCode !== 200) throw new Error(`the reload was answered with ${body}`);
  return ms;
}

async function timeOfColdPass({ workshop }: BenchContext, place: Place, many: ManyExtensions): Promise<number> {
  const request: FullPassRequest = {
    user: workshop.user,
    configuration: place.configuration.folder,
    dataDirectory: place.dataDirectory,
    extensionsDirectory: many.directory,
    binDirectory: workshop.binDirectory,
    runDirectory: place.runDirectory,
  };
  const { stdout } = await execa(process.execPath, [child, JSON.stringify(request)]);
  const answer: FullPassAnswer = JSON.parse(stdout);
  if (answer.extensions !== extensionCount || answer.errors > 0) throw new Error(`an incomplete pass: ${stdout}`);
  return answer.ms;
}
