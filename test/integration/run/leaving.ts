import { expect } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import { extensionImage } from '../../support/extension-kit.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { type InstanceFolder, type InstanceFolderOptions, instanceFolder } from './instance-folder.ts';

const uuidOssp = '  - { name: uuid-ossp, ld_library_path: [system] }\n';
export const both = `extensions:\n${uuidOssp}  - { name: hstore }\n`;
export const onlyHstore = 'extensions: [{ name: hstore }]\n';
export const onlyUuidOssp = `extensions:\n${uuidOssp}`;

/** What is to be seen of another session's work is seen soon. */
export const lookOften = { flags: ['--resync-interval', '200ms'] } as const;

/** An instance with the images uuid-ossp and hstore. */
export function withBoth(): Promise<InstanceFolder> {
  return instanceFolder({ configuration: both, images: ['uuid-ossp', 'hstore'] });
}

/** An instance with the image `tool`, which has the library `tool`: a copy of one of the server. */
export async function withLibrary(original: string, options: InstanceFolderOptions = {}): Promise<InstanceFolder> {
  const place = await instanceFolder({ configuration: 'extensions: [{ name: tool }]\n', ...options });
  extensionImage(place.extensionsDirectory, 'tool', {
    name: 'tool',
    control: [`default_version = '1.0'`],
    scripts: { '1.0': 'SELECT 1;\n' },
    libraries: { tool: original },
  });
  return place;
}

/** The images in force, held ones with them. */
export function imagesIn({ extensions }: InstanceStatus): readonly string[] {
  return extensions.map(({ name }) => name);
}

export function reasonsIn({ findings }: InstanceStatus): readonly string[] {
  return findings.map(({ reason }) => reason);
}

/** The record, which says what would be held if all left now. */
export function remembered(place: InstanceFolder): {
  readonly images: readonly string[];
  readonly preload: readonly string[];
} {
  const { images, preload } = JSON.parse(place.readData('pg-instance-manager.applied.json'));
  return { images: images.map((image: { configuration: { name: string } }) => image.configuration.name), preload };
}

/** Until it is told what holds an image. */
export function blocked(manager: RunningManager, text: RegExp): Promise<InstanceStatus> {
  return manager.waitFor(({ findings }) =>
    findings.some(({ reason, message }) => reason === 'RemovalBlocked' && text.test(message)),
  );
}

/** Until these images are in force and no others. */
export function onlyImages(manager: RunningManager, ...images: readonly string[]): Promise<InstanceStatus> {
  return manager.waitFor(
    (status) => imagesIn(status).join() === images.join() && status.configuration.state === 'applied',
  );
}

/** How often PostgreSQL has read its files again so far. */
export async function reloadsOf(manager: RunningManager): Promise<number> {
  const { body } = await manager.get('/metrics', 'metrics');
  return Number(/^pg_instance_manager_reloads_total\{result="applied"\} (\d+)$/m.exec(body)?.[1]);
}

/** Until a database was looked into that many times from now on. */
export async function afterLooks(manager: RunningManager, times: number): Promise<void> {
  for (let look = 0; look < times; look += 1) {
    const before = lookedAtIn(await manager.status());
    await manager.waitFor((status) => lookedAtIn(status) !== before);
  }
}

function lookedAtIn({ databases }: InstanceStatus): string | null | undefined {
  return databases.find(({ name }) => name === 'postgres')?.lookedAt;
}

/** With the library of uuid-ossp, and the one that it needs in turn. */
export async function makesUuids(manager: RunningManager): Promise<void> {
  expect(await manager.sql('SELECT length(uuid_generate_v4()::text) AS n')).toEqual([{ n: 36 }]);
}
