import * as z from 'zod/mini';
import { refuseImagePath, refuseLoaderPath } from '../configuration/image-path.ts';
import type { ExtensionConfiguration } from '../configuration/instance-configuration.ts';
import {
  refuseEnvironmentName,
  refuseEnvironmentValue,
  refuseExtensionName,
  refuseLibrary,
} from '../configuration/value-rules.ts';
import { showName } from '../lib/show-name.ts';
import type { AppliedImage, AppliedImages } from './applied-images.ts';

/** `dropped`: names of what the rules of the configuration would not let in; the rest holds. */
export type ParsedApplied =
  | { readonly kind: 'applied'; readonly applied: AppliedImages; readonly dropped: readonly string[] }
  | { readonly kind: 'unreadable'; readonly cause: string };

/** Of the format; another one is not understood. */
const version = 1;

const strings = z.array(z.string());
const image = z.object({
  configuration: z.object({
    name: z.string(),
    image: z.object({
      reference: z.optional(z.string()),
      pullPolicy: z.optional(z.enum(['Always', 'Never', 'IfNotPresent'])),
    }),
    extensionControlPath: strings,
    dynamicLibraryPath: strings,
    ldLibraryPath: strings,
    binPath: strings,
    env: z.array(z.object({ name: z.string(), value: z.string() })),
    declared: z.object({ extensionControlPath: z.boolean(), dynamicLibraryPath: z.boolean() }),
  }),
  provides: strings,
  libraries: strings,
});
const record = z.object({ version: z.literal(version), images: z.array(image), preload: strings });

type RawImage = z.infer<typeof image>;

/** The same images give the same text. */
export function renderAppliedImages({ images, preload }: AppliedImages): string {
  return `${JSON.stringify({ version, images: images.map(inOrder), preload })}\n`;
}

/**
 * A folder of data can come from anywhere, so what stands in it is held against the same rules as the configuration
 * before a path of it goes anywhere near PostgreSQL.
 */
export function parseAppliedImages(text: string): ParsedApplied {
  const value = parseJson(text);
  if (value === undefined) return { kind: 'unreadable', cause: 'it is not JSON' };
  const parsed = record.safeParse(value);
  if (!parsed.success) return { kind: 'unreadable', cause: whyNot(value) };
  const seen = new Set<string>();
  const [allowed, others] = parted(parsed.data.images, (one) => isAllowed(one) && isFirst(one, seen));
  const [preload, otherPreload] = parted(parsed.data.preload, (library) => refuseLibrary(library) === undefined);
  return {
    kind: 'applied',
    applied: { images: allowed.map(asApplied), preload },
    dropped: [...others.map((one) => showName(one.configuration.name)), ...otherPreload.map(showName)],
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function whyNot(value: unknown): string {
  const isOther = typeof value === 'object' && value !== null && 'version' in value && value.version !== version;
  return isOther ? 'it is of another version of the instance manager' : 'it is not what the instance manager writes';
}

function isAllowed({ configuration }: RawImage): boolean {
  const { name, extensionControlPath, dynamicLibraryPath, ldLibraryPath, binPath, env } = configuration;
  const refusals = [
    refuseExtensionName(name),
    ...[...extensionControlPath, ...dynamicLibraryPath, ...binPath].map(refuseImagePath),
    ...ldLibraryPath.map(refuseLoaderPath),
    ...env.flatMap((entry) => [refuseEnvironmentName(entry.name), refuseEnvironmentValue(entry.value, entry.name)]),
  ];
  return refusals.every((refusal) => refusal === undefined);
}

function isFirst({ configuration: { name } }: RawImage, seen: Set<string>): boolean {
  const before = seen.size;
  return seen.add(name).size > before;
}

function parted<T>(items: readonly T[], isWanted: (item: T) => boolean): readonly [wanted: T[], others: T[]] {
  const parts: readonly [T[], T[]] = [[], []];
  for (const item of items) parts[isWanted(item) ? 0 : 1].push(item);
  return parts;
}

function asApplied({ configuration, provides, libraries }: RawImage): AppliedImage {
  const { reference, pullPolicy } = configuration.image;
  const source: ExtensionConfiguration['image'] = {
    ...(reference === undefined ? {} : { reference }),
    ...(pullPolicy === undefined ? {} : { pullPolicy }),
  };
  return { configuration: { ...configuration, image: source }, provides, libraries };
}

/** Key by key, whatever the order they came in. */
function inOrder({ configuration, provides, libraries }: AppliedImage): AppliedImage {
  const { name, image: source, extensionControlPath, dynamicLibraryPath, ldLibraryPath, binPath } = configuration;
  const { env, declared } = configuration;
  const { reference, pullPolicy } = source;
  return {
    configuration: {
      name,
      image: {
        ...(reference === undefined ? {} : { reference }),
        ...(pullPolicy === undefined ? {} : { pullPolicy }),
      },
      extensionControlPath,
      dynamicLibraryPath,
      ldLibraryPath,
      binPath,
      env: env.map((entry) => ({ name: entry.name, value: entry.value })),
      declared: {
        extensionControlPath: declared.extensionControlPath,
        dynamicLibraryPath: declared.dynamicLibraryPath,
      },
    },
    provides,
    libraries,
  };
}
