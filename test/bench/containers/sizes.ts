// ⚡ What has to be pulled and stored.
import { measuredRow } from '../measured-row.ts';
import { byContender } from './by-contender.ts';
import type { ContainerBenchContext, ContainerMeasurement } from './container-bench-context.ts';

const payload = '/opt/pg-instance-manager';
const mostPayloadMb = 150;
const bytesPerMb = 1_000_000;

export const sizes: ContainerMeasurement = {
  name: 'sizes',
  measure: async ({ engine, contenders }) => {
    const images: (readonly number[])[] = [];
    for (const { image } of contenders) {
      images.push([Number(await engine.docker('image', 'inspect', '--format={{.Size}}', image)) / bytesPerMb]);
    }
    const rows = [
      measuredRow({
        what: 'size of the image',
        unit: 'MB',
        ...byContender(contenders, images),
        note: 'Uncompressed, as `docker image inspect` says. MB = 1,000,000 bytes.',
      }),
      measuredRow({
        what: `size of ${payload}`,
        unit: 'MB',
        samples: [await sizeOfPayload(engine, contenders)],
        target: () => ({ statistic: 'max', limit: mostPayloadMb, text: `${mostPayloadMb} MB` }),
        note: 'The sum of its files: init, Node.js, the program and licenses.',
      }),
    ];
    return rows.map((row) => ({ ...row, othersPercent: undefined }));
  },
};

async function sizeOfPayload(
  engine: ContainerBenchContext['engine'],
  contenders: ContainerBenchContext['contenders'],
): Promise<number> {
  const image = contenders.find(({ name }) => name === 'ours')?.image ?? '';
  const du = await engine.docker(
    ...['run', '--rm', '--pull=never', `--label=${engine.label}`, '--network=none', '--entrypoint=du', image],
    ...['--summarize', '--bytes', payload],
  );
  return Number.parseInt(du, 10) / bytesPerMb;
}
