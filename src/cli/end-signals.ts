/** The signals by which a person or a supervisor ends a command. */
const END_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const satisfies readonly NodeJS.Signals[];

/** Calls `onSignal` for each signal that would end this process. Returns a function that unregisters it. */
export function onEndSignal(onSignal: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of END_SIGNALS) process.on(signal, onSignal);
  return () => {
    for (const signal of END_SIGNALS) process.off(signal, onSignal);
  };
}
