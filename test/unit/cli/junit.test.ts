import { expect, test } from 'vitest';
import { renderJunit } from '../../../src/cli/junit.ts';

test('a report has a suite for each image, with what each of its steps came to', () => {
  const text = renderJunit('verify', [
    { suite: 'a', className: 'a.x', name: 'works', milliseconds: 1250, outcome: { kind: 'passed', output: '' } },
    {
      suite: 'b',
      className: 'b',
      name: 'not',
      milliseconds: 3,
      outcome: { kind: 'failed', message: 'why', text: 'why\n<more>' },
    },
    {
      suite: 'a',
      className: 'a',
      name: 'later',
      milliseconds: 0,
      outcome: { kind: 'skipped', message: 'no', text: 'no' },
    },
  ]);
  expect(text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="verify" tests="3" failures="1" errors="0" skipped="1" time="1.253">
  <testsuite name="a" tests="2" failures="0" errors="0" skipped="1" time="1.250">
    <testcase classname="a.x" name="works" time="1.250"/>
    <testcase classname="a" name="later" time="0.000">
      <skipped message="no">no</skipped>
    </testcase>
  </testsuite>
  <testsuite name="b" tests="1" failures="1" errors="0" skipped="0" time="0.003">
    <testcase classname="b" name="not" time="0.003">
      <failure message="why">why
&lt;more&gt;</failure>
    </testcase>
  </testsuite>
</testsuites>
`);
});

test('what XML has no place for is told by its number', () => {
  const output = `a\u0000b\u001b[1m\ufffe\ud800 😀 "&<>\t\r`;
  const text = renderJunit('x', [
    { suite: output, className: '', name: '', milliseconds: 0, outcome: { kind: 'passed', output } },
  ]);
  expect(text).toContain('<system-out>a\\u0000b\\u001b[1m\\ufffe\\ud800 😀 &quot;&amp;&lt;&gt;\t&#13;</system-out>');
  expect(text).toContain('&lt;&gt;&#9;&#13;" tests');
});
