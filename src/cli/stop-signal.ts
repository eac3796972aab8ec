import { signalExitCode } from '../contract/exit-codes.ts';

/** A command that can be stopped half-way, and tidies up. */
export interface StopSignal {
  readonly signal: AbortSignal;
  /** 128 + n once it was stopped by signal n. */
  readonly exitCode: number | undefined;
  /** Signals end the process again as they did before. */
  close(): void;
}

/** Takes the signals that end a process, so that nothing half-written stays behind. */
export function stopSignal(): StopSignal {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const stop = (signal: NodeJS.Signals) => {
    exitCode ??= signalExitCode(signal);
    controller.abort();
  };
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    close: () => {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
