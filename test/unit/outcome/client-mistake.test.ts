import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { clientMistake } from '../../../src/outcome/client-mistake.ts';
import { scriptFailureText } from '../../../src/outcome/failure-text.ts';
import { bareEnd } from '../../../src/process/process-end.ts';
import { temporaryFolder } from '../../support/job.ts';

const TEXT = 'ClientError: expected a number, got "x"\nWhere: channel train, a.csv, line 3, column 1';

function failureFile(t: TestContext, text: string): string {
  const file = join(temporaryFolder(t), 'failure');
  writeFileSync(file, text);
  return file;
}

test('a mistake that an algorithm reports is the whole failure text', (t) => {
  const file = failureFile(t, TEXT);
  const end = { ...bareEnd(2), errorOutput: `${TEXT}\n` };
  assert.equal(clientMistake(end, file), TEXT);
  const text = scriptFailureText({
    failureClass: 'ExecuteUserScriptError',
    end,
    command: 'node train.ts',
    environment: {
      paths: { codeDir: '/opt/ml/code', failureFile: file },
      resources: { hosts: ['a'], currentHost: 'a' },
    },
    mask: (value) => value,
  });
  assert.equal(text, TEXT);
});

test('the failure file of an earlier run, or with another exit code or text, is no mistake of this one', (t) => {
  const errorOutput = `${TEXT}\n`;
  assert.equal(clientMistake({ exitCode: 1, errorOutput }, failureFile(t, TEXT)), undefined);
  assert.equal(clientMistake({ exitCode: 2, errorOutput: 'bash: exit 2' }, failureFile(t, TEXT)), undefined);
  assert.equal(clientMistake({ exitCode: 2, errorOutput }, failureFile(t, 'out of paper')), undefined);
  assert.equal(clientMistake({ exitCode: 2, errorOutput }, join(temporaryFolder(t), 'none')), undefined);
});

test('a link in place of the failure file is not followed', (t) => {
  const link = join(temporaryFolder(t), 'failure');
  symlinkSync(failureFile(t, TEXT), link);
  assert.equal(clientMistake({ exitCode: 2, errorOutput: TEXT }, link), undefined);
});
