import { schemaChecker } from '../admission/check-schema.ts';
import { sizeWarnings } from '../admission/size-warnings.ts';
import { validateDocuments } from '../admission/validate-documents.ts';
import { renderMessage, type ValidationMessage } from '../admission/validation-message.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { classifyDocuments } from '../manifests/manifest.ts';
import { parseFiles } from '../manifests/parse-files.ts';
import { readFiles } from '../manifests/read-files.ts';
import {
  type CommandEnd,
  type ManifestFlags,
  type ManifestOutput,
  refusedExit,
  unreadableExit,
} from './manifest-input.ts';

/** `validate`: writes all that is wrong in the files, and ends with 1 if something is refused, 2 if something cannot be read. */
export async function validateManifests(
  names: readonly string[],
  flags: ManifestFlags,
  output: ManifestOutput,
): Promise<CommandEnd> {
  const files = await readFiles(names, flags.recursive, output.readInput);
  const { documents, unreadable } = parseFiles(files);
  const { errors, warnings: told, unrelated, accepted } = validateDocuments(documents, schemaChecker());
  // A file with nothing but catalogs is for no instance, a year of them may be large.
  const instances = new Set(documents.filter((document) => !isCatalog(document)).map(({ file }) => file));
  const read = files.flatMap((file) => (file.kind === 'text' && instances.has(file.file) ? [file] : []));
  const warnings = [...sizeWarnings(read), ...told];
  const unread = unreadable.map(({ file, line, why }): ValidationMessage => {
    return { file, line, field: '', type: 'Invalid', value: '', message: why };
  });
  const all = [...unread, ...errors];
  for (const what of unrelated) output.tell(`note: ${what} is passed over\n`);
  switch (flags.output) {
    case 'json':
      output.write(`${JSON.stringify({ errors: all, warnings }, undefined, 2)}\n`);
      break;
    case 'name':
      output.write(accepted.map((name) => `${name}\n`).join(''));
      for (const error of all) output.tell(`${renderMessage('error', error)}\n`);
      break;
    default:
      output.write(renderText(unread, errors, warnings, accepted));
  }
  if (unread.length > 0) return { exitCode: unreadableExit, message: '' };
  return { exitCode: errors.length > 0 ? refusedExit : 0, message: '' };
}

function isCatalog(document: SourceDocument): boolean {
  return classifyDocuments([document]).every(
    (one) =>
      one.kind === 'manifest' && (one.manifest.kind === 'ImageCatalog' || one.manifest.kind === 'ClusterImageCatalog'),
  );
}

function renderText(
  unread: readonly ValidationMessage[],
  errors: readonly ValidationMessage[],
  warnings: readonly ValidationMessage[],
  accepted: readonly string[],
): string {
  const lines = [
    ...unread.map(({ file, line, message }) => `${line > 0 ? `${file}:${line}` : file}: error: ${message}`),
    ...errors.map((error) => renderMessage('error', error)),
    ...warnings.map((warning) => renderMessage('warning', warning)),
    ...accepted.map((name) => `${name} is accepted`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
