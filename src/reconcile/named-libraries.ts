import type { Finding } from '../lib/finding.ts';
import { splitLibraryList } from '../settings/guc-list.ts';
import { mergeLibraryLists } from '../settings/preload-libraries.ts';

/** What users want in shared_preload_libraries, in the configuration and by any other way. */
export interface NamedLibraries {
  /** Somebody set the list, be it to an empty one. */
  readonly isSet: boolean;
  readonly names: readonly string[];
  readonly findings: readonly Finding[];
}

export function namedLibraries(configured: readonly string[], usersOwn: string | undefined): NamedLibraries {
  const list = splitLibraryList(usersOwn ?? '');
  return {
    isSet: usersOwn !== undefined || configured.length > 0,
    names: mergeLibraryLists(configured, list.kind === 'list' ? list.names : []),
    findings: list.kind === 'list' ? [] : [malformedList],
  };
}

const malformedList: Finding = {
  severity: 'warning',
  reason: 'ConfigurationWarning',
  subject: 'parameter/shared_preload_libraries',
  message:
    'The value of shared_preload_libraries that was set besides the configuration is not a list that PostgreSQL can read; it is left out. Write names with commas between them.',
};
