import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mapImage } from '../../../src/endpoint/jobs/image-map.ts';
import { readImageOption, readImageRules } from '../../../src/endpoint/jobs/image-rules.ts';
import { temporaryFolder } from '../../support/job.ts';

const ECR = '763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.3-cpu-py311';

test('the first rule that matches names the image', () => {
  const rules = ['*tensorflow*=other', '*pytorch-training*=mine:1', '*=process'].map(readImageOption);
  assert.equal(mapImage(ECR, rules), 'mine:1');
  assert.equal(mapImage('sklearn:1', rules), 'process');
  assert.equal(mapImage('sklearn:1', rules.slice(0, 2)), undefined);
});

test('a pattern matches a whole name, with its registry or without', () => {
  const isMatch = (image: string, pattern: string) => mapImage(image, [{ pattern, name: 'x' }]) === 'x';
  assert.ok(isMatch(ECR, ECR));
  assert.ok(isMatch(ECR, 'pytorch-training:2.?-*'));
  assert.ok(!isMatch(ECR, 'pytorch-training'));
  assert.ok(!isMatch('team/pytorch-training:2', 'pytorch-training:2'));
  assert.ok(isMatch('localhost:5000/a/b', 'a/b'));
  assert.ok(isMatch('a.b', 'a.b'));
  assert.ok(!isMatch('aXb', 'a.b'));
});

test('a pattern of many stars takes no time to fail', () => {
  const started = process.hrtime.bigint();
  assert.equal(mapImage('a'.repeat(255), [{ pattern: `${'*a'.repeat(60)}*b`, name: 'x' }]), undefined);
  assert.ok(process.hrtime.bigint() - started < 100_000_000n);
});

test('rules of the file keep their order', (t) => {
  const file = join(temporaryFolder(t), 'images.json');
  assert.deepEqual(readImageRules(file), []);
  writeFileSync(file, '{"b*": "one", "2": "two", "1": "process"}');
  assert.deepEqual(
    readImageRules(file).map(({ pattern, name }) => `${pattern}=${name}`),
    ['b*=one', '2=two', '1=process'],
  );
});

test('rules that name no image are refused', (t) => {
  const file = join(temporaryFolder(t), 'images.json');
  for (const content of ['[]', '{"a": 1}', '{"a": "--privileged"}', '{"": "x"}', '{"a"']) {
    writeFileSync(file, content);
    assert.throws(() => readImageRules(file), { code: 'SETTING_INVALID' }, content);
  }
  for (const option of ['a', '=b', 'a=', 'a=-v', 'a=b c']) {
    assert.throws(() => readImageOption(option), { code: 'USAGE' }, option);
  }
});
