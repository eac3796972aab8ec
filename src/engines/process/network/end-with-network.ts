import { EXIT_CODES } from '../../../contract/exit-codes.ts';
import type { HostEnd, HostRun } from '../../engine.ts';
import type { JobNetwork } from './job-network.ts';

/** Kills a host when its job's network is lost: its program could wait for the other hosts without an end. */
export function endWithNetwork(run: HostRun, network: JobNetwork | undefined): HostRun {
  let lost: string | undefined;
  void network?.lost.then((why) => {
    lost = why;
    run.kill();
  });
  const ended = run.ended.then((end) =>
    lost === undefined || end.exitCode === 0 ? end : { ...end, ...engineEnd(lost) },
  );
  return { ...run, ended };
}

/** A host that does not start, because its job's network is lost. */
export function notStartedWithout(why: string): HostRun {
  const ended: Promise<HostEnd> = Promise.resolve({
    exitCode: EXIT_CODES.cannotExecute,
    isOutOfMemory: false,
    ...engineEnd(why),
  });
  return { ended, stop: () => undefined, kill: () => undefined };
}

function engineEnd(why: string): Pick<HostEnd, 'engineError'> {
  return { engineError: `the network of the hosts is lost: ${why}` };
}
