import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { OptmlError } from '../../../src/errors/error.ts';
import { readBaseline } from '../../../src/validate/baseline.ts';
import type { Check, Finding } from '../../../src/validate/check.ts';
import { runChecks } from '../../../src/validate/run-checks.ts';
import { selectChecks } from '../../../src/validate/select-checks.ts';
import type { Subject } from '../../../src/validate/subject.ts';
import { temporaryFolder } from '../../support/job.ts';

const TEXTS = { severity: 'must', title: '', probe: '', why: '', fix: "The check's own." } as const;
const check = (id: string, clause: string, run: () => Promise<Finding>): Check => ({ id, clause, ...TEXTS, run });
const CHECKS = [
  check('one', 'C1', async () => ({ status: 'pass', verdict: 'good' })),
  check('two', 'C1', async () => ({ status: 'fail', verdict: 'key AKIAABCDEFGHIJKLMNOP', fix: 'This one.' })),
  check('three', 'C57', async () => ({ status: 'fail', verdict: 'bad \u001b[31m' })),
];
const SUBJECT: Subject = {
  kind: 'command',
  image: undefined,
  isDriversJob: false,
  job: undefined,
  observe: () => Promise.reject(new Error('nothing is run here')),
  forget: async () => undefined,
};
const wanted = (selection: Parameters<typeof selectChecks>[1]) =>
  CHECKS.filter(selectChecks(CHECKS, selection)).map(({ id }) => id);

test('checks are chosen by id or clause, in any case, and left out the same way', () => {
  assert.deepEqual(wanted({}), ['one', 'two', 'three']);
  assert.deepEqual(wanted({ only: ['c1'] }), ['one', 'two']);
  assert.deepEqual(wanted({ only: ['C1', 'THREE'], skip: ['two'] }), ['one', 'three']);
  assert.deepEqual(wanted({ skip: ['C57'] }), ['one', 'two']);
});

test('a name that no check has is an error with the nearest one, and exit code 2', () => {
  assert.throws(() => wanted({ skip: ['thre'] }), {
    code: 'USAGE',
    exitCode: 2,
    message: 'there is no check or clause called "thre"',
    fix: 'Did you mean "three"?',
  });
  assert.throws(() => wanted({ only: ['C999'] }), { code: 'USAGE' });
});

async function results(baseline: ReadonlyMap<string, string>, checks: readonly Check[] = CHECKS) {
  const told: string[] = [];
  const ran = await runChecks(checks, SUBJECT, {
    isWanted: ({ id }) => id !== 'one',
    baseline,
    isStrict: false,
    onResult: ({ id }) => void told.push(id),
    signal: new AbortController().signal,
  });
  return { ...ran, told };
}

test("results come in the checks' order, masked, with the better of two fixes; one left out reports it and calls nothing", async () => {
  const { results: all, told } = await results(new Map());
  assert.deepEqual(
    all.map(({ id, status, verdict, fix }) => [id, status, verdict, fix]),
    [
      ['one', 'skipped', 'left out by --only or --skip', "The check's own."],
      ['two', 'fail', 'key ******', 'This one.'],
      ['three', 'fail', 'bad ␛[31m', "The check's own."],
    ],
  );
  assert.deepEqual(told, ['two', 'three']);
});

test('a finding of the baseline is accepted, with its reason', async () => {
  const { results: all } = await results(new Map([['three', 'we know']]));
  assert.deepEqual(
    all.map(({ accepted }) => accepted),
    [undefined, undefined, 'we know'],
  );
});

test('a check that could not be done is unknown, and the error is kept; a defect ends all', async () => {
  const broken = new OptmlError('ENGINE_FAILED', 'docker does not answer', { where: 'socket', fix: 'Start it.' });
  const { results: all, error } = await results(new Map(), [check('two', 'C1', () => Promise.reject(broken))]);
  assert.equal(error, broken);
  const [result] = all;
  assert.equal(result?.status, 'unknown');
  assert.equal(result?.verdict, 'the check failed to run: docker does not answer');
  assert.deepEqual([result?.evidence, result?.fix], [{ notes: ['socket'] }, 'Start it.']);
  await assert.rejects(results(new Map(), [check('two', 'C1', () => Promise.reject(new Error('ours')))]), {
    message: 'ours',
  });
});

test('a baseline is a list of ids and reasons; anything else is an error that shows the shape', (t) => {
  const dir = temporaryFolder(t);
  const file = join(dir, 'baseline.json');
  const read = (text: string) => {
    writeFileSync(file, text);
    return [...readBaseline('baseline.json', dir)];
  };
  assert.deepEqual(read('{"accepted": [{"id": "one", "reason": "because"}]}'), [['one', 'because']]);
  const wrong = {
    '{"accepted": {}}': /its member "accepted" is no list/,
    '{"accepted": [{"reason": "r"}]}': /accepted\[0\]\.id is no text/,
    '{"accepted": [{"id": "one"}]}': /accepted\[0\]\.reason is missing/,
    null: /is no list/,
    '{': /cannot be read as JSON/,
  };
  for (const [text, message] of Object.entries(wrong)) {
    assert.throws(() => read(text), { code: 'USAGE', exitCode: 2, message, where: 'baseline.json' });
  }
  assert.throws(() => readBaseline('none', dir), { code: 'USAGE', exitCode: 2 });
});
