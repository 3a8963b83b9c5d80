import type { Finding } from '../lib/finding.ts';

/** What is wrong with a folder, on a path of PostgreSQL's, to which every user may write. */
export function pathWritable(folder: string): Omit<Finding, 'subject'> {
  const effect = 'and whoever does so has PostgreSQL execute what he likes';
  const remedy = `take the right away (chmod o-w ${folder}), or mount the image read-only`;
  const message = `Every user may write to the folder ${folder}, from which PostgreSQL takes extensions and libraries, ${effect}: ${remedy}.`;
  return { severity: 'warning', reason: 'PathWritable', message };
}

/** The same of the folder with the sockets. */
export function runFolderWritable(folder: string): Finding {
  const effect = 'so anybody can put a socket of his own in the place of PostgreSQL’s and hear what clients say';
  const message = `Every user may write to the run folder ${folder}, ${effect}: take the right away (chmod o-w ${folder}), or set the sticky bit (chmod +t ${folder}).`;
  return { severity: 'warning', reason: 'PathWritable', subject: 'postgres', message };
}
