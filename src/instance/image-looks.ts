import { isDeepStrictEqual } from 'node:util';
import type { ImageInspector } from '../inspection/image-inspector.ts';
import type { InspectionInput } from '../inspection/observe-inspection.ts';
import type { Finding } from '../lib/finding.ts';
import type { Logger } from '../lib/logger.ts';
import { singleFlight } from '../lib/single-flight.ts';
import type { PostmasterState } from '../postmaster/postmaster-state.ts';
import type { PostmasterSupervisor } from '../postmaster/postmaster-supervisor.ts';
import type { PassReport } from '../reconcile/reconciler.ts';
import { splitPathList } from '../settings/guc-list.ts';
import type { SnapshotHolder } from './snapshot-holder.ts';

/** The looks at what is in the images, beside everything else: nothing waits for them. */
export interface ImageLooks {
  /** After each pass over the configuration. */
  readonly follow: () => void;
  readonly close: () => Promise<void>;
}

export interface ImageLooksDependencies {
  readonly binDirectory: string;
  readonly supervisor: PostmasterSupervisor;
  readonly holder: SnapshotHolder;
  readonly logger: Logger;
  /** Something new is known of the images. */
  readonly changed: () => void;
}

export function imageLooks({ binDirectory, supervisor, holder, logger, changed }: ImageLooksDependencies): ImageLooks {
  const closed = new AbortController();
  const held: { inspector: ImageInspector | undefined } = { inspector: undefined };
  const looks = singleFlight(async () => {
    try {
      await look();
    } catch (error) {
      logger.error({ err: error }, 'a look into the images went wrong; it will be tried again');
    }
  });

  async function look(): Promise<void> {
    const { pass } = holder.current();
    if (pass === undefined || closed.signal.aborted) return;
    const imageFindings = pass.world.images.length === 0 ? [] : await inspect(inspectionInput(pass, binDirectory));
    if (imageFindings === undefined || isDeepStrictEqual(imageFindings, holder.current().imageFindings)) return;
    holder.update({ imageFindings });
    changed();
  }

  async function inspect(input: InspectionInput): Promise<readonly Finding[] | undefined> {
    held.inspector ??= (await import('../inspection/image-inspector.ts')).imageInspector();
    return held.inspector.look(input, closed.signal);
  }

  return {
    follow: () => {
      if (!isOnItsWay(supervisor.current().state)) void looks.trigger();
    },
    close: () => {
      closed.abort();
      return looks.idle();
    },
  };
}

/** A start has the machine for itself; there is a pass after it, whether it succeeds or not. */
function isOnItsWay({ kind }: PostmasterState): boolean {
  return kind === 'stopped' || kind === 'spawning' || kind === 'held-up' || kind === 'starting';
}

function inspectionInput({ world, desired }: PassReport, binDirectory: string): InspectionInput {
  return {
    images: world.images.map(({ observed, checked: { usable, provides } }) => ({
      observed,
      checked: { usable, provides },
    })),
    binDirectory,
    ldLibraryPath: splitPathList(desired.environment.variables['LD_LIBRARY_PATH'] ?? ''),
    dynamicLibraryPath: world.paths?.dynamicLibraryPath ?? '$libdir',
  };
}
