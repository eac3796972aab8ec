import { within } from '../concurrency/clock.ts';
import { closeWriteEnd, makeOutputPipe } from '../process/output-pipe.ts';
import { passThrough } from '../process/pass-through.ts';
import type { ProcessEnd } from '../process/process-end.ts';
import type { Command, SuperviseContext, supervise } from '../process/supervise.ts';
import { wholeLines } from './whole-lines.ts';
import type { WriteOutput } from './write-stdout.ts';

/** What {@link runByLine} needs in addition to the command. */
export interface ByLineContext extends SuperviseContext {
  /** Shared by the programs, so that their lines do not run into one another. */
  readonly writeOutput: WriteOutput;
}

// All writers are gone by then, unless the reader stands still.
const DRAIN_MS = 5000;

/** Runs one of several programs that share standard output and standard error: each of its lines arrives whole. */
export async function runByLine(command: Command, context: ByLineContext, run: typeof supervise): Promise<ProcessEnd> {
  // A real pipe, as for standard error: a shell can open it as /dev/stdout.
  const pipe = await makeOutputPipe();
  if (pipe === undefined) return run(command, context);
  const output = passThrough(wholeLines(pipe.source), context.writeOutput, () => undefined);
  try {
    return await run({ ...command, stdout: pipe.writeEnd, mask: wholeLines }, context);
  } finally {
    closeWriteEnd(pipe);
    await within(output.ended, DRAIN_MS);
    output.giveUp();
  }
}
