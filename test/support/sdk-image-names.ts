import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { pythonPackages } from './frameworks/python-packages.ts';

/** The answer of a Python program that asks the real SageMaker SDK 2 for names of images: JSON in its last line. */
export function sdkImageNames(t: TestContext, program: string, frameworks: readonly string[]): unknown {
  const bin = pythonPackages(t, 'sdk-v2');
  if (bin === undefined) return undefined;
  const env = { ...process.env, AWS_DEFAULT_REGION: 'eu-west-1', SAGEMAKER_SUPPRESS_V2_WARNING: '1' };
  const options = { encoding: 'utf8', env, maxBuffer: 64 << 20 } as const;
  const { stdout, stderr } = spawnSync(`${bin}/python`, [program, ...frameworks], options);
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
