import type { Readable } from 'node:stream';
import { within } from '../../concurrency/clock.ts';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { systemErrorCode } from '../../errors/error.ts';
import { Tail } from '../../process/output-tail.ts';
import { type StartedProcess, startProcess } from '../../process/parent/start-process.ts';
import { passThrough } from '../../process/pass-through.ts';
import { bareEnd, type ProcessEnd } from '../../process/process-end.ts';
import type { Command } from '../../process/supervise.ts';
import type { LaunchContext } from '../launcher.ts';
import { takeStandardOutput } from '../write-stdout.ts';
import { type RankHosts, withHostTags } from './tagged-output.ts';

const TAIL_BYTES = 64 * 1024;
// What is left of the output after the end: its writers are gone.
const DRAIN_MS = 5000;

/**
 * Runs `mpirun` to its end, in a process group of its own, with hosts in the tags of its output. It gets no signal:
 * it would leave its ranks a second.
 */
export async function runMpirun(command: Command, context: LaunchContext, hostOf: RankHosts): Promise<ProcessEnd> {
  const { file, args, cwd, variables } = command;
  context.onStart?.();
  let mpirun: StartedProcess;
  try {
    mpirun = await startProcess({ file, args, cwd, variables, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    return bareEnd(EXIT_CODES.notFound, { startError: systemErrorCode(error) ?? String(error) });
  }
  const [stdout, stderr] = [mpirun.stdout as Readable, mpirun.stderr as Readable];
  const tail = new Tail(TAIL_BYTES);
  const errors = passThrough(withHostTags(stderr, hostOf), context.writeError, (chunk) => tail.push(chunk));
  const output = passThrough(withHostTags(stdout, hostOf), takeStandardOutput(), () => undefined);
  const { exitCode, signal } = await mpirun.exited;
  await within(Promise.all([errors.ended, output.ended]), DRAIN_MS);
  for (const stream of [errors, output]) stream.giveUp();
  return { ...bareEnd(exitCode, { signal }), errorOutput: tail.text() };
}
