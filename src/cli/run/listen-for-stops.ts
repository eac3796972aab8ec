import { onEndSignal } from '../end-signals.ts';

/** The signals of the user, as a job takes them. */
export interface Stops {
  /** The platform's stop. */
  readonly stop: AbortSignal;
  /** The end of the hosts, or of the delivery. */
  readonly kill: AbortSignal;
  close(): void;
}

const FIRST_CTRL_C = 'Press Ctrl-C again to kill the hosts, or to end packing and uploading';
const SECOND_CTRL_C =
  'Press Ctrl-C again to end optml itself; "optml deliver JOB" then delivers the files of the hosts';

/** The first Ctrl-C is the platform's stop, the second kills the hosts or ends the delivery, a third ends this program. */
export function listenForStops(hint: (text: string) => void): Stops {
  const stop = new AbortController();
  const kill = new AbortController();
  const close = onEndSignal((signal) => {
    const isFirst = !stop.signal.aborted;
    if (signal === 'SIGINT') hint(isFirst ? FIRST_CTRL_C : SECOND_CTRL_C);
    if (isFirst) return stop.abort();
    close();
    kill.abort();
  });
  return { stop: stop.signal, kill: kill.signal, close };
}
