// No secret of a job reaches a place where optml shows or stores text, in any form that a program prints. As built.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeMasker } from '../../src/log/masking/masker.ts';
import { MASK } from '../../src/log/masking/shapes.ts';
import { makeJob, ROOT } from '../support/job.ts';
import { formsByNode, formsByPython } from '../support/print-forms.mjs';
import { byTrain, makeWorkplace, requestOf } from '../support/run-job-command.ts';
import { trials } from '../support/trials.ts';

const PROGRAM = readFileSync(join(ROOT, 'test', 'support', 'print-forms.mjs'), 'utf8');
const NAMES = ['db_password', 'MY_TOKEN', 'api-key', 'pwd', 'pass', 'passcode', 'auth', 'client_secret'];
const SEED = 30;

/** Values such as users have: with quotes, backslashes, umlauts, spaces, slashes, of every length from 6. */
function secrets(count: number): readonly string[] {
  const part = fc.constantFrom(
    'Ab3',
    'x9',
    '"',
    "'",
    '\\',
    'ä',
    '€',
    '😀',
    ' ',
    '/',
    '+',
    '&',
    '<',
    '%',
    '@',
    '$',
    '`',
    '-',
    '=',
    '!',
  );
  const value = fc.array(part, { minLength: 4, maxLength: 24 }).map((parts) => `Zq7${parts.join('')}K2w`);
  const plain = [
    'Zq7-plain-K2w',
    `Zq7${'long'.repeat(60)}K2w`,
    'Zq7"quote',
    'Zq7\'both"K2w',
    'Zq7\\back\\K2w',
    'Zq7ä€K2w',
  ];
  return [...plain, ...fc.sample(value, { numRuns: Math.max(0, count - plain.length), seed: SEED })].slice(0, count);
}

function formsOf(secret: string): readonly string[] {
  return [...formsByNode(secret), ...formsByPython(secret)];
}

/** Text without what a job itself has printed, which passes unchanged. */
function ownLines(text: string): string {
  return text.replaceAll(/<<<\n[\s\S]*?>>>\n/g, '');
}

test('every form of every secret is masked, wherever it is in a text and cut into chunks', () => {
  for (const secret of secrets(trials({ gate: 12, long: 60 }))) {
    const { mask, maskKnown } = makeMasker([secret]);
    for (const form of formsOf(secret)) {
      const shown = maskKnown(`before ${form} after`);
      assert.ok(shown.includes(MASK), form);
      assert.ok(
        !shown.includes(form.slice(3, -3)) && !shown.includes('Zq7') && !shown.includes('K2w'),
        `${form} => ${shown}`,
      );
      assert.match(mask(`before ${form} after`), /^before [\s\S]*after$/);
    }
  }
});

test('no surface shows a secret of a failed job', async (t) => {
  const values = secrets(trials({ gate: 2, long: 60 }));
  for (const [index, secret] of values.entries()) {
    const name = NAMES[index % NAMES.length] ?? 'token';
    const isVariable = index % 2 === 1;
    const variable = isVariable ? name.replace('-', '_') : `SM_HP_${name.toUpperCase().replace('-', '_')}`;
    const workplace = makeWorkplace(t);
    workplace.write('project/train.mjs', PROGRAM);
    const base = byTrain('train.mjs');
    const hyperparameters = {
      sagemaker_program: 'train.mjs',
      max_tokens: '512',
      // A request by hand may have the secret in a name.
      [`of ${secret}`]: '1',
      ...(!isVariable && { [name]: secret }),
    };
    const environment = {
      FORMS: variable,
      FORMS_FROM: String((index * 5) % 24),
      ...(isVariable && { [variable]: secret }),
    };
    workplace.writeJob(requestOf({ ...base, HyperParameters: hyperparameters, Environment: environment }));
    const { code, stdout, stderr } = await workplace.run();
    assert.equal(code, 1, stderr);
    assert.ok(stdout.includes(secret), 'the output of the job passes unchanged');
    const described = (await workplace.optml(['describe', 'job'])).stdout;
    const surfaces = {
      'own lines of the run': ownLines(stdout) + stderr,
      describe: described,
      record: workplace.record().FailureReason ?? '',
      'the list of statuses': JSON.stringify(workplace.record().SecondaryStatusTransitions),
      report: readFileSync(join(workplace.jobDir(), 'report.html'), 'utf8'),
    };
    assert.match(surfaces.record, /\*{6}/);
    assert.match(described, /max_tokens +512/);
    for (const [surface, text] of Object.entries(surfaces)) {
      assert.ok(!text.includes('Zq7') && !text.includes('K2w'), `${surface} shows ${secret}:\n${text.slice(0, 4000)}`);
      for (const form of formsOf(secret)) assert.ok(!text.includes(form), `${surface} shows ${form}`);
    }
  }
});

test('optml env and train --dry-run show no secret', async (t) => {
  const values = secrets(trials({ gate: 12, long: 60 }));
  const hyperparameters = Object.fromEntries(
    values.map((value, index) => [`${NAMES[index % NAMES.length]}${index}`, JSON.stringify(value)]),
  );
  const list = JSON.stringify(`-x WANDB_API_KEY=${'Zq7-mpi-K2w'}`);
  const base = makeJob(t, {
    files: { 'code/train.sh': 'true' },
    program: 'train.sh',
    hyperparameters: { ...hyperparameters, mpi_options: list, args: JSON.stringify("['--token', 'Zq7-list-K2w']") },
  });
  const { optml } = makeWorkplace(t);
  for (const command of [['env'], ['train', '--dry-run'], ['train', '--dry-run', '--json']]) {
    const { code, stdout, stderr } = await optml(command, { SAGEMAKER_BASE_DIR: base });
    assert.equal(code, 0, stderr);
    assert.ok(!/Zq7|K2w/.test(stdout + stderr), `${command.join(' ')}: ${/.{80}(?:Zq7|K2w).{80}/s.exec(stdout)?.[0]}`);
  }
});

test('the error of a wrong request shows no secret of it', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.writeJob(
    requestOf({
      HyperParameters: { api_key: 5, db_password: 'Zq7-pw-K2w' },
      Environment: { 'A B': 'x', MY_TOKEN: ['Zq7-in-list-K2w'] },
    }),
  );
  const { code, stderr } = await workplace.run();
  assert.equal(code, 2);
  assert.match(stderr, /REQUEST_INVALID/);
  assert.doesNotMatch(stderr, /Zq7|K2w/);
});
