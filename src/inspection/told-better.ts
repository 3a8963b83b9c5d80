import type { Finding } from '../lib/finding.ts';

const better = { LibrariesUnlisted: 'SystemLibraryMissing', PathMissing: 'LayoutUnusual' } as const;

/**
 * What the folders of images alone tell, without what is told better by what is in them: that a folder is not listed is told by
 * who needs it, and that nothing is where it should be by where it is instead.
 */
export function withoutToldBetter(findings: readonly Finding[], inspected: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ reason, subject }) => {
    if (reason !== 'LibrariesUnlisted' && reason !== 'PathMissing') return true;
    return !inspected.some((finding) => finding.subject === subject && finding.reason === better[reason]);
  });
}
