import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ProcessStart, startProcess } from '../../../../src/process/parent/start-process.ts';
import { temporaryFolder } from '../../../support/job.ts';

const PATH = process.env['PATH'] ?? '';
const start = (file: string, args: readonly string[] = [], others: Partial<ProcessStart> = {}) =>
  startProcess({ file, args, cwd: '/', variables: { PATH }, stdio: ['ignore', 'pipe', 'pipe'], ...others });

test('the end of a process has its exit code, or the signal and 128 + its number', async () => {
  const ends = ['exit 3', 'kill -9 $$', 'kill -15 $$', 'kill -40 $$', 'kill -34 $$'].map(async (script) => {
    const { exited } = await start('sh', ['-c', script]);
    return exited;
  });
  assert.deepEqual(await Promise.all(ends), [
    { exitCode: 3, signal: null },
    { exitCode: 137, signal: 'SIGKILL' },
    { exitCode: 143, signal: 'SIGTERM' },
    { exitCode: 168, signal: 'SIGRTMIN+6 (signal 40)' },
    { exitCode: 162, signal: 'SIGRTMIN (signal 34)' },
  ]);
});

test('its id is that of the program, the leader of its session', async () => {
  const { pid, stdout, exited } = await start('sh', ['-c', 'echo $$; kill -TERM -$$']);
  let text = '';
  for await (const chunk of stdout ?? []) text += chunk;
  assert.equal(Number(text), pid);
  assert.deepEqual(await exited, { exitCode: 143, signal: 'SIGTERM' });
});

test('a process that cannot be started is the error of the system', async (t) => {
  const file = join(temporaryFolder(t), 'program');
  writeFileSync(file, '#!/no/such/interpreter\n', { mode: 0o755 });
  await assert.rejects(start('/no/such/file'), { code: 'ENOENT' });
  await assert.rejects(start('no-such-program'), { code: 'ENOENT' });
  await assert.rejects(start(file), { code: 'ENOENT' });
  await assert.rejects(start('/'), { code: 'EACCES' });
  await assert.rejects(start('sh', [], { cwd: '/no/such/folder' }), { code: 'ENOENT' });
  await assert.rejects(start('true', Array(100).fill('x'.repeat(100_000))), { code: 'E2BIG' });
});

test('a program that kills its parent has failed', async () => {
  const { exited } = await start('sh', ['-c', 'kill -9 $PPID; exit 0']);
  assert.deepEqual(await exited, { exitCode: 137, signal: 'SIGKILL' });
});
