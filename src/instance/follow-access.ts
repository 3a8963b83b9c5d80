import { dirname } from 'node:path';
import type { Logger } from '../lib/logger.ts';
import type { AccessFiles } from './access-reading.ts';
import { type Following, followConfiguration } from './follow-configuration.ts';

/** For each folder of certificate, key and token a loop that looks again when something happens there; until `ended`. */
export function followAccess(
  { tls, tokenFile }: AccessFiles,
  following: Omit<Following, 'path' | 'watchFailed'> & { readonly logger: Logger },
  ended: AbortSignal,
): readonly (() => Promise<void>)[] {
  const files = [tls?.certificateFile, tls?.keyFile, tokenFile].filter((file) => file !== undefined);
  const oneOfEachFolder = new Map(files.map((file) => [dirname(file), file]));
  return [...oneOfEachFolder].map(
    ([folder, path]) =>
      () =>
        followConfiguration({ ...following, path, watchFailed: toLog(following.logger, folder) }, ended),
  );
}

/** It is tried again and again, and said once. */
function toLog(logger: Logger, folder: string): Following['watchFailed'] {
  const held: { said: string | undefined } = { said: undefined };
  return (reason) => {
    if (reason !== undefined && reason !== held.said) {
      logger.warn({ err: reason }, `${folder} cannot be watched and will be read every now and then`);
    }
    held.said = reason;
  };
}
