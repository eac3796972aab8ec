// Ctrl-C in scripts that are started by hand and use `onStop`. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT } from '../support/job.ts';

const LIBRARY = `file://${join(ROOT, 'dist/index.js')}`;

/** Starts a script by hand. `seen` resolves when it has printed `text`. */
function start(t: TestContext, script: string, variables: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script.replace("'optml'", `'${LIBRARY}'`)], {
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const seen = async (text: string) => {
    while (!output.includes(text)) await once(child.stdout, 'data');
  };
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, output }));
  return { child, seen, ended };
}

const SAVES = `import { onStop } from 'optml';
const timer = setInterval(() => {}, 1000);
onStop((seconds) => { console.log('saved with ' + seconds + ' s left'); clearInterval(timer); });
console.log('ready');
`;

test('by hand Ctrl-C calls the stop callbacks as SIGTERM does, and the script ends by itself', {
  timeout: 20_000,
}, async (t) => {
  const { child, seen, ended } = start(t, SAVES);
  await seen('ready');
  child.kill('SIGINT');
  assert.deepEqual(await ended, { code: 0, signal: null, output: 'ready\nsaved with 110 s left\n' });
});

test('npm passes a Ctrl-C on a second time: the script may still save', { timeout: 20_000 }, async (t) => {
  const { child, seen, ended } = start(
    t,
    SAVES.replace('clearInterval(timer)', 'setTimeout(() => process.exit(0), 100)'),
  );
  await seen('ready');
  child.kill('SIGINT');
  await seen('saved');
  child.kill('SIGINT');
  assert.deepEqual(await ended, { code: 0, signal: null, output: 'ready\nsaved with 110 s left\n' });
});

test('a second Ctrl-C ends a script that goes on', { timeout: 20_000 }, async (t) => {
  const script = `import { onStop } from 'optml';
setInterval(() => {}, 1000);
onStop(() => setTimeout(() => console.log('still here'), 600));
console.log('ready');
`;
  const { child, seen, ended } = start(t, script);
  await seen('ready');
  child.kill('SIGINT');
  await seen('still here');
  child.kill('SIGINT');
  const { code, signal } = await ended;
  assert.deepEqual([code, signal], [null, 'SIGINT']);
});

test('without a callback, and in a job, Ctrl-C ends the script as Node does', { timeout: 20_000 }, async (t) => {
  const script = `import { onStop } from 'optml';
setInterval(() => {}, 1000);
const unregister = onStop(() => console.log('called'));
if (process.env.SM_MODEL_DIR === undefined) unregister();
console.log('ready');
`;
  for (const variables of [{}, { SM_MODEL_DIR: '/tmp' }]) {
    const { child, seen, ended } = start(t, script, variables);
    await seen('ready');
    child.kill('SIGINT');
    assert.deepEqual(await ended, { code: null, signal: 'SIGINT', output: 'ready\n' });
  }
});
