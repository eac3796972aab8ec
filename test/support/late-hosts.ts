import type { EngineSession, HostEnd, HostSpec } from '../../src/engines/engine.ts';
import { OptmlError } from '../../src/errors/error.ts';

/** A session for a job of two hosts whose first host fails to start, with every step that it took. */
export interface FailingSession {
  readonly session: EngineSession;
  /** In order: `algo-1 fails`, `algo-2 runs`, `algo-2 killed`, `algo-2 ended`. */
  readonly steps: readonly string[];
}

/** The second host starts after the first one has failed, and ends some turns after it is killed. */
export function sessionWithLateHost(): FailingSession {
  const steps: string[] = [];
  const start = async ({ name }: HostSpec) => {
    if (name === 'algo-1') {
      steps.push('algo-1 fails');
      throw new OptmlError('ENGINE_FAILED', 'the engine is out of addresses');
    }
    await turns();
    steps.push(`${name} runs`);
    let resolve: (end: HostEnd) => void = () => undefined;
    const ended = new Promise<HostEnd>((settle) => {
      resolve = settle;
    });
    const kill = () => {
      steps.push(`${name} killed`);
      void turns().then(() => {
        steps.push(`${name} ended`);
        resolve({ exitCode: 137, isOutOfMemory: false });
      });
    };
    return { ended, stop: () => undefined, kill };
  };
  const session = {
    hasOptMl: true,
    networkInterface: 'eth0',
    start,
    takeOver: async () => undefined,
    close: async () => undefined,
  };
  return { session, steps };
}

// Some turns of the event loop, by when everything that only waits for a promise has been done.
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
