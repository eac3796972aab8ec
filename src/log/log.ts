/** Python's numbers of levels, which the contract uses (`SM_LOG_LEVEL`). */
export const LEVELS = { debug: 10, info: 20, warn: 30, error: 40 } as const;

/** Name of a level. */
export type LogLevelName = keyof typeof LEVELS;

/** Where optml writes what it has to say. One call, one record; a message may span lines. */
export type Log = Readonly<Record<LogLevelName, (message: string) => void>>;

/** Takes one record that passed the level. */
export type LogSink = (level: LogLevelName, message: string) => void;

/** A log that hands records of at least `level` (a number of Python's) to `sink`. */
export function makeLog(level: number, sink: LogSink): Log {
  const at = (name: LogLevelName) => (message: string) => {
    if (LEVELS[name] >= level) sink(name, message);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
