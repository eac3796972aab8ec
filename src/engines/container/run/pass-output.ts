import type { ChildProcess } from 'node:child_process';
import type { HostSpec } from '../../engine.ts';
import { readChunks } from '../read-chunks.ts';

// How the engines' command lines begin when they have something to say themselves.
const ENGINE_SPEAKS = /^(?:docker: |Error|FATA|time="|WARNING: |invalid argu|unknown (?:fla|sho))/;
// Of its message the end is kept.
const MOST_ENGINE_TEXT = 64 * 1024;

/**
 * Hands the output of a container on, chunk by chunk, and waits for each to be taken. Resolves with the engine's own
 * message, if it printed one instead of running the container: that is not output of the job.
 */
export async function passOutput(
  { stdout, stderr }: Pick<ChildProcess, 'stdout' | 'stderr'>,
  onOutput: HostSpec['onOutput'],
  isEngine: () => Promise<boolean>,
): Promise<string> {
  let engineText: string | undefined;
  let isFirst = true;
  const takeError = async (chunk: Buffer) => {
    if (isFirst && ENGINE_SPEAKS.test(chunk.toString('latin1', 0, 16)) && (await isEngine())) engineText = '';
    isFirst = false;
    if (engineText === undefined) await take(() => onOutput(chunk, 'stderr'));
    else engineText = (engineText + chunk.toString('utf8')).slice(-MOST_ENGINE_TEXT);
  };
  // Both are missing if the command line could not be started.
  await Promise.all([
    stdout && readChunks(stdout, (chunk) => take(() => onOutput(chunk, 'stdout'))),
    stderr && readChunks(stderr, takeError),
  ]);
  return engineText ?? '';
}

async function take(give: () => void | Promise<void>): Promise<void> {
  try {
    await give();
  } catch {
    // The output's reader reports its own failures. They do not stop the container.
  }
}
