/** One case of a JUnit report: https://github.com/testmoapp/junitxml */
export interface JunitCase {
  readonly suite: string;
  readonly className: string;
  readonly name: string;
  readonly milliseconds: number;
  readonly outcome:
    | { readonly kind: 'passed'; readonly output: string }
    | { readonly kind: 'failed' | 'skipped'; readonly message: string; readonly text: string };
}

/** The report as CI systems read it; one suite after the other, in the order in which each first comes. */
export function renderJunit(name: string, cases: readonly JunitCase[]): string {
  const suites = [...Map.groupBy(cases, ({ suite }) => suite)].map(([suite, ones]) => [
    `  <testsuite ${attributes({ name: suite, ...totals(ones) })}>`,
    ...ones.flatMap(renderCase),
    '  </testsuite>',
  ]);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name, ...totals(cases) })}>`,
    ...suites.flat(),
    '</testsuites>',
    '',
  ].join('\n');
}

function totals(cases: readonly JunitCase[]): Readonly<Record<string, string>> {
  const count = (kind: JunitCase['outcome']['kind']): string =>
    String(cases.filter(({ outcome }) => outcome.kind === kind).length);
  return {
    tests: String(cases.length),
    failures: count('failed'),
    errors: '0',
    skipped: count('skipped'),
    time: seconds(cases.reduce((sum, { milliseconds }) => sum + milliseconds, 0)),
  };
}

function renderCase({ className, name, milliseconds, outcome }: JunitCase): readonly string[] {
  const head = `    <testcase ${attributes({ classname: className, name, time: seconds(milliseconds) })}`;
  if (outcome.kind === 'passed') {
    return outcome.output === ''
      ? [`${head}/>`]
      : [`${head}>`, `      <system-out>${escapeXml(outcome.output)}</system-out>`, '    </testcase>'];
  }
  const tag = outcome.kind === 'failed' ? 'failure' : 'skipped';
  const said = `<${tag} ${attributes({ message: outcome.message })}>${escapeXml(outcome.text)}</${tag}>`;
  return [`${head}>`, `      ${said}`, '    </testcase>'];
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXml(value).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join(' ');
}

/** What is not a Char of https://www.w3.org/TR/xml/#charsets cannot be written in any way: it is told by its number. */
const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const marks: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

function escapeXml(text: string): string {
  return text
    .replace(forbidden, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
    .replace(/[&<>"\r]/g, (mark) => marks[mark] ?? mark);
}
