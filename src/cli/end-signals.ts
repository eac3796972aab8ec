import { END_SIGNALS } from '../process/signals.ts';

/** Calls `onSignal` for each signal that would end this process. Returns a function that unregisters it. */
export function onEndSignal(onSignal: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of END_SIGNALS) process.on(signal, onSignal);
  return () => {
    for (const signal of END_SIGNALS) process.off(signal, onSignal);
  };
}
