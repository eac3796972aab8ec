import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');

/** Trains on so many hosts, and gives the last line and the weights. */
async function train(t: TestContext, hosts: number) {
  const dir = join(temporaryFolder(t), 'example');
  cpSync(join(ROOT, 'examples', 'distributed-sgd'), dir, { recursive: true });
  const options = ['--engine', 'process', '--instances', String(hosts), '--hp', 'samples=4000'];
  const variables = { HOME: dir, OPTML_HOME: join(dir, 'home') };
  const command = [process.execPath, OPTML, 'run', 'job.json', ...options];
  const { code, stdout, stderr } = await runWords(t, command, { cwd: dir, variables });
  assert.equal(code, 0, stderr);
  const unpacked = join(dir, 'model');
  const archive = join(dir, 'output', 'distributed-sgd', 'output', 'model.tar.gz');
  const unpack = await runWords(t, [process.execPath, OPTML, 'unpack', archive, unpacked]);
  assert.equal(unpack.code, 0, unpack.stderr);
  return {
    last: stdout.split('\n').find((line) => line.includes('final_loss=')) ?? '',
    weights: JSON.parse(readFileSync(join(unpacked, 'weights.json'), 'utf8')) as number[],
  };
}

test('distributed-sgd learns the same on two hosts as on one', async (t) => {
  const [one, two] = [await train(t, 1), await train(t, 2)];
  assert.match(one.last, /ranks=1; steps=60; final_loss=0\.\d+;/);
  assert.match(two.last, /ranks=2; steps=60; final_loss=0\.\d+;/);
  assert.equal(two.weights.length, 100);
  for (const [index, weight] of one.weights.entries()) {
    assert.ok(Math.abs(weight - (two.weights[index] ?? 0)) < 1e-9, `weight ${index}`);
  }
});
