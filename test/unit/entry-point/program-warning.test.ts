import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programWarning } from '../../../src/entry-point/program-warning.ts';

const warningOf = (SAGEMAKER_PROGRAM: string) =>
  programWarning({ variables: { SAGEMAKER_PROGRAM }, hyperparameters: undefined });

test('a relative path of plain names gives no warning (C20)', () => {
  for (const name of ['train.py', 'src/train_2.sh', 'a/b/c+d-e', '..hidden.py', '.env/x', 'a/-b.py']) {
    assert.equal(warningOf(name), undefined, name);
  }
});

test('a name that the newest images refuse gives a warning (C20)', () => {
  const names = ['/opt/program/train.py', './x.py', 'a/../x.py', '..', 'a//b.py', 'a/', 'a b.py', '-x.py', '+x.py'];
  for (const name of [...names, 'a;b', "a'b", '$x', 'a@b', 'é.py', 'x\n.py', 'x.py\n']) {
    assert.ok(warningOf(name)?.includes(`refuse the entry point ${JSON.stringify(name)}.`), name);
  }
});

test('the variable wins over the hyperparameter, which may be JSON or plain text', () => {
  const warn = (program: string | undefined, sagemaker_program: string) =>
    programWarning({ variables: { SAGEMAKER_PROGRAM: program }, hyperparameters: { sagemaker_program } });
  assert.equal(warn('x.py', 'a b.py'), undefined);
  assert.equal(
    warn('', '"a b.py"'),
    'The newest AWS images refuse the entry point "a b.py". Rename it to a path relative to code/ of ASCII letters, digits and . _ + - that does not start with - or + (C20)',
  );
  assert.match(warn(undefined, 'a b.py') ?? '', /"a b\.py"/);
  assert.equal(warn(undefined, '"x.py"'), undefined);
  assert.equal(warn(undefined, '7'), undefined);
});

test('a job without a program gives no warning', () => {
  assert.equal(programWarning({ variables: {}, hyperparameters: undefined }), undefined);
});
