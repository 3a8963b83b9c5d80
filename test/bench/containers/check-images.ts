// ⚡ What authors and operators wait for when they ask whether images fit.
import { extensionImage } from '../../e2e/support/images.ts';
import { configurationFor, officialExtensions } from '../../e2e/support/official-extensions.ts';
import { measuredRow, type ObservedRow } from '../measured-row.ts';
import type { ContainerBenchContext, ContainerMeasurement } from './container-bench-context.ts';
import { quietMoments } from './quiet-moments.ts';

const mostMs = 300;
const nanosecondsInMs = 1_000_000;

export const checkImages: ContainerMeasurement = { name: 'check-images', measure };

/** Lines with the nanoseconds of both, one after the other, and of a program that does nothing. */
const inContainer = `
printf %s "$CONFIGURATION" >/tmp/instance.yaml
for run in $(seq "$RUNS"); do
  start=$(date +%s%N)
  pg-instance-manager check --config /tmp/instance.yaml >/tmp/found || { cat /tmp/found >&2; exit 1; }
  checked=$(date +%s%N)
  /opt/pg-instance-manager/lib/node -e 0
  echo "$((checked - start)) $(($(date +%s%N) - checked))"
done
ls /extensions/postgis/system | wc -l
`;

async function measure({ engine, contenders, runs }: ContainerBenchContext): Promise<readonly ObservedRow[]> {
  const image = contenders.find(({ name }) => name === 'ours')?.image ?? '';
  const mounts = officialExtensions.map(
    (name) => `--mount=type=image,source=${extensionImage(name)},target=/extensions/${name}`,
  );
  const quiet = quietMoments();
  await quiet.pass();
  const written = await engine.docker(
    ...['run', '--rm', '--pull=never', `--label=${engine.label}`, '--network=none', ...mounts],
    ...['--env', `CONFIGURATION=${configurationFor(officialExtensions)}`, '--env', `RUNS=${runs}`],
    ...['--entrypoint=sh', image, '-c', inContainer],
  );
  await quiet.pass();
  const lines = written.trim().split('\n');
  const samples = lines.slice(0, -1).map((line) => line.split(' ').map((text) => Number(text) / nanosecondsInMs));
  const row = measuredRow({
    what: `check of ${officialExtensions.length} images`,
    unit: 'ms',
    samples: samples.map(([check = Number.NaN]) => check),
    beside: { what: 'node -e 0', samples: samples.map(([, node = Number.NaN]) => node) },
    target: () => ({ statistic: 'p50', limit: mostMs, text: `${mostMs} ms` }),
    note: `In a container with the images mounted, the whole process from its exec to its end, without anything kept from an earlier one; ${lines.at(-1)} names in /extensions/postgis/system, of libraries and links to them.`,
  });
  return [{ ...row, othersPercent: quiet.othersPercent() }];
}
