import { assembleConfiguration } from './assemble-configuration.ts';
import { maxProblems } from './bounded-list.ts';
import { checkTogether } from './check-together.ts';
import { type Complaint, type Position, renderPath } from './complaint.ts';
import { checkShape, type RawConfiguration } from './configuration-schema.ts';
import type { InstanceConfiguration } from './instance-configuration.ts';
import { readDocument, type SourceDocument } from './source-document.ts';

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
  const parsed = files.map(parseFile);
  const documents = parsed.flatMap(({ document }) => document ?? []);
  const together = checkTogether(documents);
  const placed = ({ document, complaint }: { document: SourceDocument; complaint: Complaint }): ConfigurationProblem =>
    toProblem(document.file, complaint, document.locate(complaint.path, complaint.at));
  const problems = inOrder(files, [...parsed.flatMap((file) => file.problems), ...together.problems.map(placed)]);
  const warnings = inOrder(files, together.warnings.map(placed));
  if (problems.length > 0) return { kind: 'invalid', problems, warnings };
  return {
    kind: 'valid',
    configuration: assembleConfiguration(parsed.flatMap(({ content }) => content ?? [])),
    warnings,
  };
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

interface ParsedFile {
  readonly problems: readonly ConfigurationProblem[];
  readonly document?: SourceDocument;
  readonly content?: { readonly document: SourceDocument; readonly raw: RawConfiguration };
}

function parseFile({ path: file, text }: ConfigurationFile): ParsedFile {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxConfigurationBytes) return { problems: [tooLarge(file, bytes)] };
  const { document, complaints } = readDocument(file, text);
  const problems = complaints.map((complaint) => toProblem(file, complaint, complaint.position));
  if (document === undefined) return { problems };
  const shape = checkShape(document.value);
  if (shape.kind === 'valid') return { problems, document, content: { document, raw: shape.raw } };
  const misshapen = shape.complaints.map((complaint) =>
    toProblem(file, complaint, document.locate(complaint.path, complaint.at)),
  );
  return { problems: [...problems, ...misshapen], document };
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

function toProblem(file: string, complaint: Complaint, { line, column }: Position): ConfigurationProblem {
  const { path, found, expected, message } = complaint;
  return { file, line, column, path: renderPath(path), found, expected, message };
}

function inOrder(
  files: readonly ConfigurationFile[],
  problems: readonly ConfigurationProblem[],
): readonly ConfigurationProblem[] {
  const order = new Map(files.map(({ path }, index) => [path, index]));
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
