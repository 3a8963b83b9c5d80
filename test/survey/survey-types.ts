/** An entry of `extensions`, with what it leaves to the defaults filled in. */
export interface Entry {
  readonly name: string;
  readonly controlPath: readonly string[];
  readonly libraryPath: readonly string[];
  readonly ldLibraryPath: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What a statement came to; `error` is what psql printed. */
export interface Outcome {
  readonly what: string;
  readonly error?: string;
  /** It works with these in shared_preload_libraries, and without them it does not. */
  readonly preloaded?: readonly string[];
}

/** What PostgreSQL makes of the images with certain entries. */
export interface Truth {
  /** Of the image that is surveyed: `CREATE EXTENSION hll`, `LOAD 'hll'`. */
  readonly outcomes: readonly Outcome[];
  /** pg_get_loaded_modules() after LOAD: name and version by file. */
  readonly modules: Readonly<Record<string, readonly [name: string | null, version: string | null]>>;
  /** From which versions updates lead to the default version, by extension. */
  readonly updatesFrom: Readonly<Record<string, readonly string[]>>;
  /** Why there is no server. */
  readonly startFailure?: string;
}

export interface CheckFinding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly reason: string;
  readonly message: string;
}

/** The part of `check -o json` that is compared. */
export interface CheckedImage {
  readonly name: string;
  readonly extensions: readonly { readonly name: string; readonly updatesFrom: readonly string[] }[];
  readonly modules: readonly {
    readonly file: string;
    readonly name: string | null;
    readonly version: string | null;
    readonly postgresMajor: number | null;
  }[];
  readonly findings: readonly CheckFinding[];
}

/** `plain`: nothing is listed. `suggested`: as `check --suggest` says. `together`: so, with the images that it needs. */
export type Scenario = 'plain' | 'suggested' | 'together';

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly entries: readonly Entry[];
  /** What `check` wrote instead of JSON. */
  readonly refusal?: string;
  readonly checked?: CheckedImage;
  /** Milliseconds that `check` took. */
  readonly took: number;
  readonly truth: Truth;
}

export interface SurveyRequest {
  readonly image: string;
  /** Images to mount along in `together`. */
  readonly beside: readonly string[];
  /** What was found before: PostgreSQL is not asked again about the same entries. */
  readonly known: readonly Pick<ScenarioResult, 'entries' | 'truth'>[];
}
