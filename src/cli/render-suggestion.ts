import { writeYaml, yamlDocument } from '../documents/write-yaml.ts';
import { suggestFolders } from '../inspection/suggest-configuration.ts';
import type { Finding } from '../lib/finding.ts';
import { officialExtension } from '../manifests/official-extensions.ts';
import type { CheckResult } from './check-command.ts';
import { printable } from './text-table.ts';

/**
 * The entries of `extensions` with which the images would work, as YAML that can be put into a configuration. `left` is what
 * no entry mends, and stands in comments above.
 */
export function renderSuggestion({ inspection, subjects }: CheckResult, left: readonly Finding[]): string {
  const preload = new Set<string>();
  const parameters: Record<string, string> = {};
  const entries = subjects.flatMap(({ extension, mountPath }) => {
    const image = inspection.images.find(({ observed }) => observed.mountPath === mountPath);
    if (image === undefined) return [];
    const { extensionControlPath, dynamicLibraryPath, ldLibraryPath } = suggestFolders(image, inspection);
    const { name, image: source } = extension;
    const official = officialExtension(name, source.reference ?? '');
    for (const library of official?.sharedPreloadLibraries ?? []) preload.add(library);
    Object.assign(parameters, official?.parameters);
    const env = (official?.env ?? [])
      .filter(({ folder }) => inspection.files.namesIn(`${mountPath}/${folder}`) !== undefined)
      .map((one) => ({ name: one.name, value: `\${image_root}/${one.folder}` }));
    return [
      {
        name,
        ...(source.reference === undefined ? {} : { image: { reference: source.reference } }),
        ...(extensionControlPath === undefined ? {} : { extension_control_path: extensionControlPath }),
        ...(dynamicLibraryPath === undefined ? {} : { dynamic_library_path: dynamicLibraryPath }),
        ...(ldLibraryPath.length === 0 ? {} : { ld_library_path: ldLibraryPath }),
        ...(env.length === 0 ? {} : { env }),
      },
    ];
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
    ...left.flatMap(({ severity, subject, reason, message }) =>
      severity === 'info' ? [] : [`${severity}: ${subject.replace(/^extension\//, '')}: ${reason}: ${message}`],
    ),
  ];
  return [...comments.map((comment) => `# ${printable(comment)}`), text.trimEnd(), ''].join('\n');
}
