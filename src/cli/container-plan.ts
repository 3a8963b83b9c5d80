import type { ContainerMount } from '../container/container-arguments.ts';
import { officialExtension } from '../manifests/official-extensions.ts';
import type { CheckFlags } from './check-command.ts';
import { isImageReference, repositoryName } from './image-reference.ts';
import type { VerifyFlags } from './verify-command.ts';

/** The same command for inside of a container, and what it sees there of this machine. */
export interface ContainerPlan {
  readonly mounts: readonly ContainerMount[];
  readonly words: readonly string[];
}

export type ContainerCommand =
  | { readonly kind: 'check'; readonly names: readonly string[]; readonly flags: CheckFlags }
  | { readonly kind: 'verify'; readonly names: readonly string[]; readonly flags: VerifyFlags };

export interface HostFiles {
  readonly absolute: (path: string) => string;
  /** There is something at the path. */
  readonly exists: (path: string) => boolean;
}

/** Where things are in the container: as they are in a pod. */
const inside = { extensions: '/extensions', configuration: '/etc/pg-instance-manager', tests: '/tests' } as const;

/** Returns a sentence when it cannot be done. */
export function planContainer(command: ContainerCommand, host: HostFiles): ContainerPlan | string {
  const { names, flags } = command;
  const { absolute } = host;
  const extensionsDirectory = absolute(flags.extensionsDir);
  const configuration = absolute(flags.config);
  const beside = command.kind === 'verify' ? command.flags.with : [];
  const images = [...names, ...beside].map((name) => imageMount(name, extensionsDirectory, absolute));
  const twice = images.find(({ target }, index) => images.some((one, at) => at < index && one.target === target));
  if (twice !== undefined) return `two images would be mounted at ${twice.target}: rename the folder of one of them`;
  const tests = command.kind === 'verify' ? command.flags.tests : undefined;
  const mounts: readonly ContainerMount[] = [
    ...(names.length === 0 ? [folder(extensionsDirectory, inside.extensions)] : images),
    ...(host.exists(configuration) ? [folder(configuration, inside.configuration)] : []),
    ...(tests === undefined ? [] : [folder(absolute(tests), inside.tests)]),
  ];
  const absent = mounts.find(({ kind, source }) => kind === 'folder' && !host.exists(source));
  if (absent !== undefined) return `there is no folder ${absent.source}`;
  const targets = images.map(({ target }) => target);
  return {
    mounts,
    words: [
      ...[command.kind, `--config=${inside.configuration}`, `--extensions-dir=${inside.extensions}`],
      ...flags.extensionControlPath.map((path) => `--extension-control-path=${path}`),
      ...flags.dynamicLibraryPath.map((path) => `--dynamic-library-path=${path}`),
      ...flags.ldLibraryPath.map((path) => `--ld-library-path=${path}`),
      `--output=${flags.output}`,
      ...(command.kind === 'check' ? checkWords(command.flags) : verifyWords(command.flags)),
      ...targets.slice(names.length).map((target) => `--with=${target}`),
      ...targets.slice(0, names.length),
    ],
  };
}

function checkWords(flags: CheckFlags): readonly string[] {
  return flags.suggest ? ['--suggest'] : [];
}

function verifyWords(flags: VerifyFlags): readonly string[] {
  return [
    ...flags.env.map(({ name, value }) => `--env=${name}=${value}`),
    ...flags.preload.map((library) => `--preload=${library}`),
    ...[...flags.c].flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ...flags.knownFailure.map((pattern) => `--known-failure=${pattern}`),
    ...(flags.user === undefined ? [] : [`--user=${flags.user}`]),
    ...(flags.tests === undefined ? [] : [`--tests=${inside.tests}`]),
    `--timeout=${flags.timeout}ms`,
  ];
}

function imageMount(name: string, extensionsDirectory: string, absolute: (path: string) => string): ContainerMount {
  if (isImageReference(name)) {
    return { kind: 'image', source: name, target: `${inside.extensions}/${nameOfImage(name)}` };
  }
  const path = name.includes('/') || name.startsWith('.') ? absolute(name) : `${extensionsDirectory}/${name}`;
  return folder(path, `${inside.extensions}/${path.slice(path.lastIndexOf('/') + 1)}`);
}

/** The official images are not all called like the extension that they are for. */
export function nameOfImage(reference: string): string {
  const name = repositoryName(reference);
  return officialExtension(name, reference)?.name ?? name;
}

function folder(source: string, target: string): ContainerMount {
  return { kind: 'folder', source, target };
}
