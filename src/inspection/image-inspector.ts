import { setImmediate as letOthers } from 'node:timers/promises';
import type { Finding } from '../lib/finding.ts';
import { sha256 } from '../lib/sha256.ts';
import { observeServerFolders } from '../settings/server-folders.ts';
import { imageChecks, inspectTogether } from './inspect-images.ts';
import type { Files, Inspection } from './inspected-image.ts';
import { observeImageStamp } from './observe-image-stamp.ts';
import { elfReader, type InspectionInput, observeInspection } from './observe-inspection.ts';

/** The checks of images for who has others to serve meanwhile. */
export interface ImageInspector {
  /** What it found before, as long as nothing has changed that it goes by; undefined when it was stopped. */
  readonly look: (input: InspectionInput, stop: AbortSignal) => Promise<readonly Finding[] | undefined>;
}

const librariesInOneGo = 4;

/** Keeps what it found, and nothing of what it read: images hardly ever change under a server that runs. */
export function imageInspector(): ImageInspector {
  const held: { found: { readonly key: string; readonly findings: readonly Finding[] } | undefined } = {
    found: undefined,
  };
  return {
    look: async (input, stop) => {
      const key = await keyOf(input, stop);
      if (stop.aborted) return undefined;
      if (held.found?.key === key) return held.found.findings;
      const findings = await inspectGently(input, stop);
      if (findings !== undefined) held.found = { key, findings };
      return findings;
    },
  };
}

async function keyOf({ images, ...server }: InspectionInput, stop: AbortSignal): Promise<string> {
  const parts: string[] = [JSON.stringify(server)];
  for (const { observed, checked } of images) {
    parts.push(JSON.stringify(checked), await observeImageStamp(observed, stop));
  }
  return sha256(parts.join('\n'));
}

/** A few milliseconds in one go. */
async function inspectGently(input: InspectionInput, stop: AbortSignal): Promise<readonly Finding[] | undefined> {
  const elfAt = elfReader();
  const ownModules = input.binDirectory === undefined ? undefined : observeServerFolders(input.binDirectory);
  const inspection = observeInspection({ ...input, binDirectory: undefined }, elfAt);
  const libraries = inspection.images.flatMap(({ tree }) =>
    tree.folders.flatMap(({ path, libraries: found }) => found.map(({ name }) => `${path}/${name}`)),
  );
  await eachGently([...libraries, ...modulesIn(ownModules?.libraryDirectory, inspection.files)], elfAt, stop);
  if (stop.aborted) return undefined;
  const whole = observeInspection(input, elfAt);
  await eachGently(libraries, whole.files.symbolsAt, stop);
  return inspectAll(whole, stop);
}

async function inspectAll(inspection: Inspection, stop: AbortSignal): Promise<readonly Finding[] | undefined> {
  const findings: Finding[] = [];
  for (const image of inspection.images) {
    for (const check of imageChecks) {
      await letOthers();
      if (stop.aborted) return undefined;
      findings.push(...check(image, inspection));
    }
  }
  return [...findings, ...inspectTogether(inspection)];
}

async function eachGently(paths: readonly string[], read: (path: string) => unknown, stop: AbortSignal): Promise<void> {
  for (const [index, path] of paths.entries()) {
    if (index % librariesInOneGo === 0) await letOthers();
    if (stop.aborted) return;
    read(path);
  }
}

function modulesIn(folder: string | undefined, files: Files): readonly string[] {
  const names = folder === undefined ? undefined : files.namesIn(folder);
  return (names ?? []).filter((name) => name.endsWith('.so')).map((name) => `${folder}/${name}`);
}
