import type { Finding } from '../lib/finding.ts';
import { splitPathList } from './guc-list.ts';

/** The folders of one image that may be searched, absolute. */
export interface SearchedFolders {
  readonly controlPath: readonly string[];
  readonly libraryPath: readonly string[];
}

export interface ExtensionPaths {
  readonly extensionControlPath: string;
  readonly dynamicLibraryPath: string;
  readonly findings: readonly Finding[];
}

/**
 * extension_control_path and dynamic_library_path: the server's own folders first, so that an image cannot replace what
 * the server brings; then the images in their order; then what the user set there himself. No folder twice.
 * https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-EXTENSION-CONTROL-PATH
 */
export function extensionPaths(
  images: readonly SearchedFolders[],
  user: { readonly extensionControlPath?: string | undefined; readonly dynamicLibraryPath?: string | undefined },
): ExtensionPaths {
  const control = usersOwn('extension_control_path', user.extensionControlPath, (element) => element === '$system');
  const library = usersOwn(
    'dynamic_library_path',
    user.dynamicLibraryPath,
    (element) => element === '$libdir' || element.startsWith('$libdir/'),
  );
  return {
    extensionControlPath: join(
      '$system',
      images.flatMap((image) => image.controlPath),
      control.elements,
    ),
    dynamicLibraryPath: join(
      '$libdir',
      images.flatMap((image) => image.libraryPath),
      library.elements,
    ),
    findings: [...control.findings, ...library.findings],
  };
}

/** An element that is neither absolute nor a macro of PostgreSQL makes every CREATE EXTENSION that reaches it fail. */
function usersOwn(
  parameter: string,
  value: string | undefined,
  isMacro: (element: string) => boolean,
): { readonly elements: readonly string[]; readonly findings: readonly Finding[] } {
  const elements = splitPathList(value ?? '');
  const isUsable = (element: string): boolean => element.startsWith('/') || isMacro(element);
  const findings = elements
    .filter((element) => !isUsable(element))
    .map(
      (element): Finding => ({
        severity: 'warning',
        reason: 'ConfigurationWarning',
        subject: `parameter/${parameter}`,
        message: `The value of ${parameter} that was set besides the extensions has the element "${element}", which is not an absolute path; PostgreSQL would fail on it, so it is left out.`,
      }),
    );
  return { elements: elements.filter(isUsable), findings };
}

function join(first: string, images: readonly string[], user: readonly string[]): string {
  const all = [first, ...images, ...user].map(withoutSlashAtEnd);
  return [...new Set(all)].join(':');
}

/** A loop, because a regular expression for it takes quadratic time on many slashes in the middle. */
function withoutSlashAtEnd(element: string): string {
  let end = element.length;
  while (end > 1 && element.charAt(end - 1) === '/') end -= 1;
  return element.slice(0, end);
}
