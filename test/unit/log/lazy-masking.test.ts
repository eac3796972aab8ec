import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayHaveSecret } from '../../../src/log/lazy-masking.ts';

test('usual lines of a job need no masking', () => {
  for (const text of [
    'SM_FRAMEWORK_MODULE=None',
    'SM_NETWORK_INTERFACE_NAME=eth0',
    'task_type=cls, disk-size=5, global_step=7, --shf_x 1',
    'Bypass DNS check in case of Studio Local Mode execution.',
  ]) {
    assert.equal(mayHaveSecret(text), false, text);
  }
});

test('texts that are masked by name or shape need it', () => {
  for (const text of [
    'DB_PASS=1',
    'MY_TOKEN=1',
    'ghp_0123456789',
    'github_pat_0',
    'see hf_0123',
    'npm_0',
    'sk-0123',
    'x=rk_live_0',
    'sk_test_0',
    'xoxb-1',
    'https://user:word@host',
    'https://host/?sig=1',
    'Basic dXNlcg==',
  ]) {
    assert.equal(mayHaveSecret(text), true, text);
  }
});
