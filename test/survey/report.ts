import type { Agreement, Verdict } from './compare.ts';
import type { ScenarioResult } from './survey-types.ts';

export interface SurveyedImage {
  /** `whole`, or the mistake in it. */
  readonly kind: string;
  readonly image: string;
  readonly beside: readonly string[];
  readonly rows: readonly { readonly result: ScenarioResult; readonly verdict: Verdict }[];
}

const longest = 160;

/** As Markdown; a line for each scenario that says something that the one before it does not. */
export function renderTable(surveyed: readonly SurveyedImage[]): string {
  const lines = surveyed.flatMap(({ image, rows }) =>
    rows.map(({ result, verdict }) => {
      const cells = [
        image,
        result.scenario,
        tried(result),
        saidByCheck(result),
        saidByPostgres(result),
        verdict.agreement,
      ];
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
    }),
  );
  const notes = surveyed.flatMap(({ image, rows }) =>
    rows.flatMap(({ result, verdict }) => verdict.notes.map((note) => `- ${image}, ${result.scenario}: ${note}`)),
  );
  const head = ['| image | entry | tried | check | PostgreSQL | agreement |', '| --- | --- | --- | --- | --- | --- |'];
  return [...head, ...lines, '', ...(notes.length === 0 ? [] : ['Differences:', '', ...notes, ''])].join('\n');
}

export function renderSummary(surveyed: readonly SurveyedImage[], milliseconds: number): string {
  const rows = surveyed.flatMap((image) => image.rows.map(({ verdict }) => ({ kind: image.kind, verdict })));
  const count = (kinds: 'whole' | 'broken', agreement: Agreement): number =>
    rows.filter(({ kind, verdict }) => (kind === 'whole') === (kinds === 'whole') && verdict.agreement === agreement)
      .length;
  const agreements: readonly Agreement[] = ['works', 'fails', 'dynamic', 'false alarm', 'miss'];
  const lines = (['whole', 'broken'] as const).map((kinds) => {
    const images = surveyed.filter(({ kind }) => (kind === 'whole') === (kinds === 'whole')).length;
    return `${kinds}: ${images} images; ${agreements.map((one) => `${one} ${count(kinds, one)}`).join(', ')}`;
  });
  const outcomes = surveyed.flatMap((image) => image.rows.flatMap(({ result }) => result.truth.outcomes));
  return [...lines, `${outcomes.length} statements; ${Math.round(milliseconds / 1000)} s`].join('\n');
}

function tried({ truth }: ScenarioResult): string {
  const extensions = truth.outcomes.filter(({ what }) => what.startsWith('CREATE')).length;
  return `${extensions} + ${truth.outcomes.length - extensions}`;
}

function saidByCheck({ checked, refusal }: ScenarioResult): string {
  const findings = (checked?.findings ?? []).filter(({ severity }) => severity !== 'info');
  const reasons = findings.map(({ severity, reason }) => (severity === 'error' ? reason : `(${reason})`));
  return refusal?.slice(0, longest) ?? ([...new Set(reasons)].join(', ') || 'ok');
}

function saidByPostgres({ truth }: ScenarioResult): string {
  if (truth.startFailure !== undefined) return truth.startFailure.slice(0, longest);
  const failures = truth.outcomes.filter(({ error }) => error !== undefined);
  const [first] = failures;
  if (first === undefined) return truth.outcomes.some(({ preloaded }) => preloaded) ? 'ok, preloaded' : 'ok';
  return `${first.what}: ${first.error}`.slice(0, longest);
}
