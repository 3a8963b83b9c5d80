import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import type { AccessFiles, AccessReading } from './access-reading.ts';

/** What reads them is loaded only for who asks for TLS or a token: PostgreSQL's start waits for this. */
export async function readAccess(files: AccessFiles): Promise<AccessReading> {
  if (files.tls === undefined && files.tokenFile === undefined) return { certificate: undefined, token: undefined };
  const { readAccessFiles } = await import('./access-files.ts');
  return readAccessFiles(files);
}

/**
 * To be called before root is given up, since a key may be for root's eyes only. What cannot be used ends the manager before it has
 * written anything; but who takes on a PostgreSQL that runs goes on without, until the files are right.
 */
export async function readAccessAtStart(files: AccessFiles, isTakingOn: () => boolean): Promise<AccessReading> {
  const reading = await readAccess(files);
  const problems = [reading.certificate, reading.token].flatMap((one) =>
    one?.kind === 'unusable' ? [one.problem] : [],
  );
  if (problems.length > 0 && !isTakingOn()) throw new ExitError(exitCode.configuration, problems.join('\n'));
  return reading;
}
