import { createHash, timingSafeEqual } from 'node:crypto';
import type { Certificate, FaceAccess } from '../http/face-access.ts';
import type { Clock, WallClock } from '../lib/clock.ts';
import type { Finding } from '../lib/finding.ts';
import type { Logger } from '../lib/logger.ts';
import { singleFlight } from '../lib/single-flight.ts';
import { type AccessInForce, accessFindings } from './access-findings.ts';
import type { AccessFiles, AccessReading } from './access-reading.ts';
import { readAccess } from './read-access.ts';

export interface AccessDependencies {
  readonly files: AccessFiles;
  /** As read at the start. */
  readonly first: AccessReading;
  readonly clock: Clock;
  readonly wallClock: WallClock;
  readonly logger: Logger;
  readonly findings: (findings: readonly Finding[]) => void;
}

/** Certificate and token of the addresses: the last that could be used is the one in force. */
export interface AccessKeeper {
  readonly faces: FaceAccess;
  /** Reads the files anew; resolves when what they say is in force, or is a finding. */
  readonly look: () => Promise<void>;
}

/** A certificate and its key may be written one after the other. */
const secondLookAfterMs = 250;

export function accessKeeper(dependencies: AccessDependencies): AccessKeeper {
  const { files, first, clock, wallClock, logger, findings } = dependencies;
  const held: { inForce: AccessInForce } = { inForce: { certificate: undefined, token: undefined } };
  const listeners: ((certificate: Certificate) => void)[] = [];
  const flight = singleFlight(async () => take(await readTwice()));
  take(first);

  async function readTwice(): Promise<AccessReading> {
    const reading = await readAccess(files);
    if (reading.certificate?.kind !== 'unusable' && reading.token?.kind !== 'unusable') return reading;
    await clock.sleep(secondLookAfterMs);
    return readAccess(files);
  }

  function take(reading: AccessReading): void {
    const { certificate, token } = held.inForce;
    held.inForce = {
      certificate: reading.certificate?.kind === 'read' ? reading.certificate.value : certificate,
      token: reading.token?.kind === 'read' ? reading.token.value : token,
    };
    const now = held.inForce;
    if (now.certificate !== undefined && !isSame(now.certificate, certificate) && reading !== first) {
      for (const listener of listeners) listener(now.certificate);
      const validUntil = new Date(now.certificate.validUntilMs).toISOString();
      logger.info({ file: now.certificate.file, validUntil }, 'a new certificate is in force');
    }
    if (token !== undefined && now.token !== undefined && !now.token.sha256.equals(token.sha256)) {
      logger.info({ file: files.tokenFile }, 'a new token is in force');
    }
    findings(accessFindings(reading, now, clock.now() + wallClock.offsetMs()));
  }

  function acceptsToken(given: string): boolean {
    const { token } = held.inForce;
    // Hashes are of one length, and tell nothing of how alike the two are.
    return token !== undefined && timingSafeEqual(createHash('sha256').update(given).digest(), token.sha256);
  }

  return {
    faces: {
      tls:
        files.tls === undefined
          ? undefined
          : { current: () => held.inForce.certificate, onChange: (listener) => void listeners.push(listener) },
      acceptsToken: files.tokenFile === undefined ? undefined : acceptsToken,
    },
    look: flight.trigger,
  };
}

function isSame(one: Certificate, other: Certificate | undefined): boolean {
  return one.cert === other?.cert && one.key === other.key;
}
