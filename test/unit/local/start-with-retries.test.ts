import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineSession, HostRun, HostSpec } from '../../../src/engines/engine.ts';
import { OptmlError } from '../../../src/errors/error.ts';
import { startWithRetries } from '../../../src/local/attempts/start-with-retries.ts';
import { startHosts } from '../../../src/local/run-hosts.ts';

const HOSTS = ['algo-1', 'algo-2'].map(
  (name): HostSpec => ({ name, mlDir: '/none', mounts: [], environment: {}, onOutput: () => undefined }),
);

/** Replaces an engine that fails the second host so many times, by throwing `error`. */
class StandInEngineSession implements EngineSession {
  readonly hasOptMl = true;
  readonly networkInterface = 'eth0';
  starts = 0;
  readonly killed: string[] = [];
  #failures: number;
  readonly #error: Error;

  constructor(failures: number, error: Error) {
    this.#failures = failures;
    this.#error = error;
  }

  async start({ name }: HostSpec): Promise<HostRun> {
    this.starts += 1;
    if (name === 'algo-2' && this.#failures-- > 0) throw this.#error;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    }).then(() => ({ exitCode: 0, isOutOfMemory: false }));
    const kill = () => {
      this.killed.push(name);
      end();
    };
    return { ended, stop: end, kill };
  }

  async takeOver(): Promise<void> {}
  async close(): Promise<void> {}
}

const ENGINE_FAILED = new OptmlError('ENGINE_FAILED', 'the engine does not answer');

async function start(session: StandInEngineSession, attempts: number) {
  const retries: string[] = [];
  const run = () => startHosts(session, HOSTS, { graceSeconds: 1 });
  const running = await startWithRetries(run, attempts, (error) => retries.push(error.code));
  running.stop('stop');
  return { end: await running.ended, retries };
}

test('an engine that fails is tried again as often as it is allowed, all hosts together', async () => {
  const session = new StandInEngineSession(2, ENGINE_FAILED);
  const { end, retries } = await start(session, 2);
  assert.deepEqual(retries, ['ENGINE_FAILED', 'ENGINE_FAILED']);
  assert.equal(session.starts, 6);
  assert.deepEqual(session.killed, ['algo-1', 'algo-1']);
  assert.deepEqual(end, { firstFailure: undefined, laterFailures: [], stoppedBy: 'stop' });
});

test('once the attempts are over, the last error is thrown', async () => {
  const session = new StandInEngineSession(9, ENGINE_FAILED);
  await assert.rejects(start(session, 1), { code: 'ENGINE_FAILED' });
  assert.equal(session.starts, 4);
});

for (const code of ['IMAGE_UNAVAILABLE', 'STOPPED'] as const) {
  test(`${code} is not tried again`, async () => {
    const session = new StandInEngineSession(9, new OptmlError(code, 'no'));
    await assert.rejects(start(session, 5), { code });
    assert.equal(session.starts, 2);
  });
}
