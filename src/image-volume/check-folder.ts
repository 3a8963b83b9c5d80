import { assertNever } from '../lib/assert-never.ts';
import type { Finding } from '../lib/finding.ts';
import type { ObservedControlFile, ObservedControlFolder, UnusableFolder } from './observe-folder.ts';

/** A finding before it is known which extension it is about. */
export type Problem = Omit<Finding, 'subject'>;

/** What becomes of one folder of an image, and what is to be said about it. */
export interface FolderVerdict {
  readonly usable: boolean;
  readonly problems: readonly Problem[];
}

/** The field of the configuration that names the folder. */
export type FolderSetting = 'extension_control_path' | 'dynamic_library_path' | 'ld_library_path' | 'bin_path';

const fine: FolderVerdict = { usable: true, problems: [] };

/**
 * A folder that is missing is harmless, and worth a word only if someone wrote it down (`declared`); one that is not
 * a folder, cannot be read or leads out of the image is left out.
 */
export function checkFolder(
  folder: UnusableFolder | { readonly state: 'present' },
  setting: FolderSetting,
  declared: boolean,
): FolderVerdict {
  switch (folder.state) {
    case 'present':
      return fine;
    case 'missing':
      return declared ? { usable: true, problems: [missing(folder.path, folder.missing, setting)] } : fine;
    case 'escapes':
      return leftOut(
        'PathEscapesImage',
        setting,
        `The folder ${folder.path} leads out of the image, to ${folder.target}`,
      );
    case 'unreadable':
      return leftOut('PathUnreadable', setting, `The folder ${folder.path} could not be read: ${folder.cause}`);
    case 'not-a-folder':
      return leftOut('PathUnreadable', setting, `The path ${folder.path} is in use as a folder but is not one`);
    default:
      return assertNever(folder);
  }
}

/**
 * One control file that PostgreSQL cannot read makes pg_available_extensions fail for every session of every
 * database, whatever extension they look for; CREATE EXTENSION of the others in the folder would still work.
 */
export function checkControlFolder(folder: ObservedControlFolder, declared: boolean): FolderVerdict {
  if (folder.state !== 'present') return checkFolder(folder, 'extension_control_path', declared);
  const problems = folder.controlFiles.flatMap((file) => checkControlFile(folder.path, file) ?? []);
  return { usable: problems.every(({ severity }) => severity !== 'error'), problems };
}

function checkControlFile(folder: string, file: ObservedControlFile): Problem | undefined {
  const { content } = file;
  if (content.kind === 'valid') return undefined;
  const why = content.kind === 'invalid' ? content.message : content.cause;
  const what = `PostgreSQL could not read the control file ${file.path}: ${why}`;
  // An auxiliary file is opened only for its own version, and by pg_available_extension_versions.
  if (file.auxiliary) {
    const effect = 'installing that version fails, and so may pg_available_extension_versions';
    return { severity: 'warning', reason: 'ControlFileUnreadable', message: `${what}; ${effect}: ${repair}.` };
  }
  const effect = 'pg_available_extensions would fail for everybody';
  return leftOutProblem('ControlFileUnreadable', folder, 'extension_control_path', `${what}; ${effect}`, repair);
}

const repair = 'repair or remove the file in the image';

function missing(path: string, missingPath: string, setting: FolderSetting): Problem {
  const hint =
    path === missingPath
      ? `correct ${setting} of the extension, or add the folder to the image`
      : `PostgreSQL appends /extension to every element of ${setting}, so it has to name the folder above it`;
  return {
    severity: 'warning',
    reason: 'PathMissing',
    message: `The folder ${missingPath} is not in the image: ${hint}.`,
  };
}

function leftOut(reason: 'PathEscapesImage' | 'PathUnreadable', setting: FolderSetting, what: string): FolderVerdict {
  const remedy = `correct it in the image, or ${setting} of the extension`;
  return { usable: false, problems: [leftOutProblem(reason, undefined, setting, what, remedy)] };
}

function leftOutProblem(
  reason: Problem['reason'],
  folder: string | undefined,
  setting: FolderSetting,
  what: string,
  remedy: string,
): Problem {
  const message = `${what}. ${folder === undefined ? 'It' : `The folder ${folder}`} is left out of ${setting}: ${remedy}.`;
  return { severity: 'error', reason, message };
}
