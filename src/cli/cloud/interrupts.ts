import { signalExitCode } from '../../contract/exit-codes.ts';
import { OptmlError } from '../../errors/error.ts';
import { onEndSignal } from '../end-signals.ts';

/** What Ctrl-C does while a job is submitted and followed. */
export interface Interrupts {
  /** Aborts what is done before the job exists. */
  readonly upload: AbortSignal;
  /** Aborts following the job, which goes on. */
  readonly detach: AbortSignal;
  /** The signal that detached. */
  readonly detachedBy: () => NodeJS.Signals | undefined;
  /** From now on signals wait until the job exists, and `warn` is called by the first one. A second one ends this program. */
  onCreate(warn: () => void): void;
  /** The job exists: from now on signals detach. */
  follow(job: FollowedJob): void;
  /** The job has ended: from now on the first signal aborts {@link detach}. */
  onEnd(): void;
  close(): void;
}

interface FollowedJob {
  /** Called by the first Ctrl-C: a second one within two seconds stops the job. */
  readonly warn: () => void;
  /** Called by the second one. */
  readonly stop: () => void;
}

/** Within this time after the first Ctrl-C, a second one stops the job. */
export const SECOND_CTRL_C_MS = 2000;

/**
 * Listens for signals. Before the job exists, one ends the upload. While the job is created, it waits; another one ends this
 * program. Afterwards Ctrl-C detaches after two seconds, in which another one stops the job; while it stops, a further one detaches immediately, and so do
 * other signals.
 */
export function listenForInterrupts(): Interrupts {
  const upload = new AbortController();
  const detach = new AbortController();
  let phase: 'upload' | 'creating' | 'following' | 'warned' | 'stopping' | 'ended' = 'upload';
  let job: FollowedJob | undefined;
  let waiting: NodeJS.Signals | undefined;
  let warnOfCreation = () => {};
  let last: NodeJS.Signals | undefined;
  let timer: NodeJS.Timeout | undefined;
  const leave = (signal: NodeJS.Signals) => {
    clearTimeout(timer);
    last = signal;
    detach.abort(new OptmlError('STOPPED', 'detached from the job'));
  };
  const onSignal = (signal: NodeJS.Signals) => {
    switch (phase) {
      case 'upload':
        // Another one ends this program.
        close();
        upload.abort(uploadStopped(signal));
        break;
      case 'creating':
        if (waiting !== undefined) {
          close();
          process.kill(process.pid, signal);
          break;
        }
        waiting = signal;
        warnOfCreation();
        break;
      case 'following':
        if (signal !== 'SIGINT') return leave(signal);
        phase = 'warned';
        timer = setTimeout(() => leave(signal), SECOND_CTRL_C_MS);
        job?.warn();
        break;
      case 'warned':
        if (signal !== 'SIGINT') return leave(signal);
        clearTimeout(timer);
        phase = 'stopping';
        job?.stop();
        break;
      default:
        leave(signal);
    }
  };
  const unregister = onEndSignal(onSignal);
  const close = () => {
    clearTimeout(timer);
    unregister();
  };
  return {
    upload: upload.signal,
    detach: detach.signal,
    detachedBy: () => last,
    onCreate: (warn) => {
      phase = 'creating';
      warnOfCreation = warn;
    },
    follow: (followed) => {
      job = followed;
      phase = 'following';
      if (waiting !== undefined) onSignal(waiting);
    },
    onEnd: () => {
      clearTimeout(timer);
      phase = 'ended';
    },
    close,
  };
}

function uploadStopped(signal: NodeJS.Signals): OptmlError {
  return new OptmlError('STOPPED', 'stopped before the job was created: there is no job', {
    fix: 'Run the same command again to go on: what is in S3 already is not sent again.',
    exitCode: signalExitCode(signal),
  });
}
