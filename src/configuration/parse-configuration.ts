import { type Complaint, type Place, renderPath } from '../documents/complaint.ts';
import { maxPieces } from '../documents/count-pieces.ts';
import { mapOf } from '../documents/plain-value.ts';
import { type ReadDocument, readDocuments, type SourceDocument } from '../documents/source-document.ts';
import { resolveForPods } from '../manifests/resolve-for-pods.ts';
import type { ApplicationDatabase } from './application-database.ts';
import { assembleConfiguration, type CheckedFile } from './assemble-configuration.ts';
import { maxProblems } from './bounded-list.ts';
import { checkTogether } from './check-together.ts';
import { checkShape } from './configuration-schema.ts';
import type { InstanceConfiguration } from './instance-configuration.ts';
import { type Resolver, readManifests } from './manifest-documents.ts';
import type { PlacedComplaint } from './placed-complaint.ts';

/** One file of the configuration; a path that ends in `.json` must hold JSON, any other YAML. */
export interface ConfigurationFile {
  readonly path: string;
  readonly text: string;
}

/** One thing that is wrong in a file. `line` and `column` count from 1; both are 0 where the whole file is meant. */
export interface ConfigurationProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `extensions[0].env[1].name`; empty where the text as such is meant. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
  /** Why, or what to do about it. */
  readonly message: string;
}

export type ParsedConfiguration =
  | {
      readonly kind: 'valid';
      readonly configuration: InstanceConfiguration;
      readonly warnings: readonly ConfigurationProblem[];
    }
  | {
      readonly kind: 'invalid';
      readonly problems: readonly ConfigurationProblem[];
      readonly warnings: readonly ConfigurationProblem[];
    };

/** The largest text of a file, in bytes. */
export const maxConfigurationBytes = 1024 * 1024;

/**
 * Parses the files of a configuration, which come in the order in which they count, into one configuration, or finds
 * everything that is wrong with them.
 */
export function parseConfiguration(files: readonly ConfigurationFile[]): ParsedConfiguration {
  const read = files.map(readFile);
  const checked = checkDocuments(read.flatMap(({ documents }) => documents));
  const order = files.map(({ path }) => path);
  const problems = inOrder(order, [...read.flatMap((file) => file.problems), ...checked.problems.map(toProblem)]);
  const warnings = inOrder(order, checked.warnings.map(toProblem));
  if (problems.length > 0) return { kind: 'invalid', problems, warnings };
  return { kind: 'valid', configuration: assembleConfiguration(checked.contents, checked.application), warnings };
}

/** What is wrong with documents, in no order, and the contents of those with nothing wrong in them. */
export interface CheckedDocuments {
  readonly problems: readonly LocatedComplaint[];
  readonly warnings: readonly LocatedComplaint[];
  readonly contents: readonly CheckedFile[];
  readonly application: ApplicationDatabase | undefined;
}

/** A complaint and where it is to be shown. */
export interface LocatedComplaint {
  readonly complaint: Complaint;
  readonly place: Place;
}

/** Holds documents against all rules, each by itself and all together. */
export function checkDocuments(
  documents: readonly SourceDocument[],
  resolve: Resolver = resolveForPods,
): CheckedDocuments {
  const manifests = readManifests(documents, resolve);
  const checked = manifests.documents.map(checkOne);
  const together = checkTogether(manifests.documents);
  return {
    problems: withoutRepetitions([
      ...checked.flatMap(({ problems }) => problems),
      ...[...manifests.problems, ...together.problems].map(locate),
    ]),
    warnings: [...manifests.warnings, ...together.warnings].map(locate),
    contents: checked.flatMap(({ content }) => content ?? []),
    application: manifests.application,
  };
}

/** One value may be used for two, such as the name of a database for its owner. */
function withoutRepetitions(problems: readonly LocatedComplaint[]): readonly LocatedComplaint[] {
  return [...new Map(problems.map((problem) => [describeProblem(toProblem(problem)), problem])).values()];
}

/** One sentence: `instance.yaml:4:5: extensions[0].name: found "Foo", expected …; …`. */
export function describeProblem(problem: ConfigurationProblem): string {
  const { file, line, column, path, found, expected, message } = problem;
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return `${[place, ...(path === '' ? [] : [path])].join(': ')}: found ${found}, expected ${expected}; ${message}`;
}

/** A size in words for people: `1.3 MiB`, never rounded down to the limit that it exceeds. */
export function describeBytes(bytes: number): string {
  return `${Math.ceil((bytes / (1024 * 1024)) * 10) / 10} MiB`;
}

interface ReadFile {
  readonly problems: readonly ConfigurationProblem[];
  readonly documents: readonly SourceDocument[];
}

function readFile({ path: file, text }: ConfigurationFile): ReadFile {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxConfigurationBytes) return { problems: [tooLarge(file, bytes)], documents: [] };
  const read = readBoth(file, text);
  return {
    problems: read.flatMap(({ complaints }) =>
      complaints.map((complaint) =>
        toProblem({ complaint, place: { file, path: complaint.path, ...complaint.position } }),
      ),
    ),
    documents: read.flatMap(({ document }) => document ?? []),
  };
}

// A manifest means what it means to kubectl; the configuration's own format is YAML 1.2.
function readBoth(file: string, text: string): readonly ReadDocument[] {
  const read = readDocuments(file, text);
  if (!read.some(isManifest)) return read;
  const older = readDocuments(file, text, { most: maxPieces, dialect: 'kubernetes' });
  return read.map((one, index) => (isManifest(one) ? (older[index] ?? one) : one));
}

function isManifest({ document }: ReadDocument): boolean {
  return 'kind' in mapOf(document?.value);
}

interface CheckedOne {
  readonly problems: readonly LocatedComplaint[];
  readonly content?: CheckedFile;
}

function checkOne(document: SourceDocument): CheckedOne {
  const shape = checkShape(document.value);
  if (shape.kind === 'valid') return { problems: [], content: { document, raw: shape.raw } };
  return { problems: shape.complaints.map((complaint) => locate({ document, complaint })) };
}

/** A file that is too large to be read at all. */
export function tooLarge(file: string, bytes: number): ConfigurationProblem {
  return {
    file,
    line: 0,
    column: 0,
    path: '',
    found: describeBytes(bytes),
    expected: `at most ${maxConfigurationBytes / 1024 / 1024} MiB`,
    message: 'this is no configuration; take the file out of the folder or split it',
  };
}

function locate({ document, complaint }: PlacedComplaint): LocatedComplaint {
  return { complaint, place: document.locate(complaint.path, complaint.at) };
}

function toProblem({ complaint: { found, expected, message }, place }: LocatedComplaint): ConfigurationProblem {
  const { file, line, column, path } = place;
  return { file, line, column, path: renderPath(path), found, expected, message };
}

function inOrder(files: readonly string[], problems: readonly ConfigurationProblem[]): readonly ConfigurationProblem[] {
  const order = new Map(files.map((path, index) => [path, index]));
  const rank = ({ file }: ConfigurationProblem): number => order.get(file) ?? 0;
  const sorted = problems.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
  const last = sorted[maxProblems];
  if (last === undefined) return sorted;
  const more: ConfigurationProblem = {
    ...last,
    path: '',
    found: `more mistakes than the ${maxProblems} above`,
    expected: 'none',
    message: 'correct those above first',
  };
  return [...sorted.slice(0, maxProblems), more];
}
