import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { onEndSignal } from '../end-signals.ts';

/** The hidden command `optml own-job`: the process of one job of the local endpoint. */
export async function ownJobCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const { ownJob } = await import('#endpoint/jobs/own-job');
  const stop = new AbortController();
  const endListening = onEndSignal(() => stop.abort());
  await ownJob(args, variables, { input: process.stdin, stop: stop.signal }).finally(endListening);
  return EXIT_CODES.success;
}
