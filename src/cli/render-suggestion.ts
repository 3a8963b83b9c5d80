import { writeYaml, yamlDocument } from '../documents/write-yaml.ts';
import { officialExtension } from '../manifests/official-extensions.ts';
import type { CheckResult } from './check-command.ts';
import { suggestedVariables } from './suggested-entry.ts';
import { printable } from './text-table.ts';

/**
 * The entries of `extensions` with which the images were looked at, as YAML that can be put into a configuration. What is wrong
 * all the same stands in comments above.
 */
export function renderSuggestion({ inspection, subjects, findings }: CheckResult): string {
  const preload = new Set<string>();
  const parameters: Record<string, string> = {};
  const entries = subjects.map(({ extension, mountPath }) => {
    const { name, image, declared, ldLibraryPath } = extension;
    const official = officialExtension(name, image.reference ?? '');
    for (const library of official?.sharedPreloadLibraries ?? []) preload.add(library);
    Object.assign(parameters, official?.parameters);
    const env = suggestedVariables(official, mountPath, inspection.files);
    return {
      name,
      ...(image.reference === undefined ? {} : { image: { reference: image.reference } }),
      ...(declared.extensionControlPath ? { extension_control_path: extension.extensionControlPath } : {}),
      ...(declared.dynamicLibraryPath ? { dynamic_library_path: extension.dynamicLibraryPath } : {}),
      ...(ldLibraryPath.length === 0 ? {} : { ld_library_path: ldLibraryPath }),
      ...(env.length === 0 ? {} : { env }),
    };
  });
  const text = writeYaml(
    yamlDocument({
      extensions: entries,
      ...(preload.size === 0 ? {} : { shared_preload_libraries: [...preload] }),
      ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    }),
  );
  const comments = [
    ...(inspection.server === undefined
      ? ['There is no PostgreSQL here to compare with: give --bin-dir. ld_library_path was not looked at.']
      : []),
    ...findings.flatMap(({ severity, subject, reason, message }) =>
      severity === 'info' ? [] : [`${severity}: ${subject.replace(/^extension\//, '')}: ${reason}: ${message}`],
    ),
  ];
  return [...comments.map((comment) => `# ${printable(comment)}`), text.trimEnd(), ''].join('\n');
}
