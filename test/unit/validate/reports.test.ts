import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { formatReport } from '../../../src/validate/report/format-report.ts';
import { REPORT_FORMATS } from '../../../src/validate/report/formats.ts';
import { CLEAN, REPORT, RESULTS } from './sample-report.ts';

const STYLE = { isColoured: false, isVerbose: false, width: 80 };
const format = (name: (typeof REPORT_FORMATS)[number], report = REPORT) => formatReport(report, name, STYLE);

test('every format ends with one line break, and says what was found', () => {
  for (const name of REPORT_FORMATS) {
    const text = format(name);
    assert.match(text, /[^\n]\n$/, name);
    assert.ok(text.includes('fails') && text.includes('Do it.'), name);
  }
});

test('the terminal shows findings with evidence and a fix, the rest in a line', () => {
  assert.equal(
    format('terminal'),
    `my/image:1  (image, docker, linux/amd64, 123.4 MB)

✗ must  fails  C2: docs/contract.md#c2
    it ends with <1> & "2"
      $ docker run 'a b'
      exit code 3
      | one
      | \`\`\`
      | two
      /opt/ml/model/x
      a|b
    Why: Why it matters.
    Fix: Do it.

✗ should  worries  C5: docs/contract.md#c5
    it is *hidden*
    Why: Why it matters.
    Fix: Do it.

~ accepted  known  we know <that>
? unclear it never stops
- 3 checks: give a job
  Note: The image is for another machine

1 passed, 2 failed, 1 accepted, 1 unknown, 3 skipped in 42 s
More about a check or a clause: optml validate --explain ID
`,
  );
});

test('the terminal shows all of it on demand, and wraps to its width', () => {
  const text = formatReport(REPORT, 'terminal', { isColoured: true, isVerbose: true, width: 40 });
  assert.ok(text.includes('\u001b[32m✓\u001b[39m passes it is there\n'));
  assert.match(text, /a\|b/);
  assert.match(text, /left-1, left-2, left-3/);
  const plain = stripVTControlCharacters(text);
  assert.deepEqual(
    plain.split('\n').filter((line) => line.length > 40),
    [
      'my/image:1  (image, docker, linux/amd64, 123.4 MB)',
      '1 passed, 2 failed, 1 accepted, 1 unknown, 3 skipped in 42 s',
      'More about a check or a clause: optml validate --explain ID',
    ],
  );
});

test('JSON holds the whole report', () => {
  assert.deepEqual(JSON.parse(format('json')), JSON.parse(JSON.stringify(REPORT)));
});

test('JUnit fails by must findings alone, and is well-formed XML', () => {
  const text = format('junit');
  assert.match(
    text,
    /<testsuite name="optml validate my\/image:1" tests="8" failures="1" errors="0" skipped="5" time="42"/,
  );
  assert.match(text, /<failure message="it ends with &lt;1&gt; &amp; &quot;2&quot;" type="must">/);
  assert.match(text, /<skipped message="accepted \(we know &lt;that&gt;\): it is for arm64"\/>/);
  assert.match(text, /<system-out>Finding \(should\): it is \*hidden\*/);
  const parse =
    'import sys, xml.dom.minidom as m; print(len(m.parseString(sys.stdin.buffer.read()).getElementsByTagName("testcase")))';
  const { stdout, stderr, error } = spawnSync('python3', ['-c', parse], { input: text, encoding: 'utf8' });
  // Another reader of XML, where there is one.
  if (error === undefined) assert.equal(stdout, '8\n', stderr);
});

test('SARIF has a rule for each check, a result for each finding, and accepted ones suppressed', () => {
  const log = JSON.parse(format('sarif')) as {
    readonly version: string;
    readonly runs: ReadonlyArray<{
      readonly tool: { readonly driver: { readonly rules: ReadonlyArray<{ readonly id: string }> } };
      readonly results: ReadonlyArray<{
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly suppressions?: unknown;
        readonly locations: readonly unknown[];
      }>;
    }>;
  };
  const [run] = log.runs;
  assert.ok(run !== undefined && log.version === '2.1.0');
  assert.deepEqual(
    run.tool.driver.rules.map(({ id }) => id),
    RESULTS.map(({ id }) => id),
  );
  assert.deepEqual(
    run.results.map(({ ruleId, level }) => [ruleId, level]),
    [
      ['fails', 'error'],
      ['worries', 'warning'],
      ['known', 'error'],
    ],
  );
  for (const { ruleId, ruleIndex, locations } of run.results) {
    assert.equal(run.tool.driver.rules[ruleIndex]?.id, ruleId);
    assert.equal(locations.length, 1);
  }
  assert.deepEqual(run.results[2]?.suppressions, [{ kind: 'external', justification: 'we know <that>' }]);
});

test('Markdown escapes what is text, and fences evidence that holds a fence', () => {
  const text = format('markdown');
  assert.match(text, /^## ❌ optml validate: `my\/image:1`\n/);
  assert.match(text, /### should: `worries` \(C5, `docs\/contract\.md#c5`\)\n\nit is \\\*hidden\\\*\n/);
  assert.match(text, /\n````text\n\$ docker run 'a b'\n[\s\S]*?\n````\n/);
  assert.match(text, /<details><summary>Skipped \(3\)<\/summary>\n\n- `left-1`, `left-2`, `left-3`: give a job\n/);
  assert.match(format('markdown', CLEAN), /^## ✅/);
});

test('HTML is one page without anything from elsewhere, everything escaped', () => {
  const text = format('html');
  assert.match(text, /^<!doctype html>/);
  assert.ok(text.includes('it ends with &lt;1&gt; &amp; &quot;2&quot;'));
  assert.doesNotMatch(text, /<script|https?:/);
  assert.equal([...text.matchAll(/<tr><th scope="row" title=/g)].length, RESULTS.length);
});
