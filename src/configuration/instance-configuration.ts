import type { DatabaseDeclaration } from './database-declaration.ts';

/** One extension image, and which of its folders PostgreSQL is to look into. */
export interface ExtensionConfiguration {
  readonly name: string;
  /** Informative: mounting the image is not the business of this program. */
  readonly image: { readonly reference?: string; readonly pullPolicy?: PullPolicy };
  /** Clean relative paths inside the image, `.` is its root. `['share']` unless declared. */
  readonly extensionControlPath: readonly string[];
  /** As above, `['lib']` unless declared. */
  readonly dynamicLibraryPath: readonly string[];
  readonly ldLibraryPath: readonly string[];
  readonly binPath: readonly string[];
  /** In the order of the file; placeholders are not expanded yet. */
  readonly env: readonly EnvironmentEntry[];
  /** `false`: the default is in force, so a folder that is missing is harmless. */
  readonly declared: { readonly extensionControlPath: boolean; readonly dynamicLibraryPath: boolean };
}

export type PullPolicy = 'Always' | 'Never' | 'IfNotPresent';

export interface EnvironmentEntry {
  readonly name: string;
  readonly value: string;
}

/** What the user wants of this instance: all files of the configuration together. */
export interface InstanceConfiguration {
  readonly extensions: readonly ExtensionConfiguration[];
  readonly sharedPreloadLibraries: readonly string[];
  /** Names in lower case; booleans have become `on` and `off`, numbers the text that stood in the file. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly restartPolicy: 'manual' | 'automatic';
  /** `hold`: an image that left the configuration stays in force as long as something uses it. */
  readonly removal: 'hold' | 'force';
  /** Each name once; a database that is not among them is never touched. */
  readonly databases: readonly DatabaseDeclaration[];
}

/** What is in force when nothing is configured. */
export const emptyConfiguration: InstanceConfiguration = {
  extensions: [],
  sharedPreloadLibraries: [],
  parameters: {},
  restartPolicy: 'manual',
  removal: 'hold',
  databases: [],
};
