/** The level of a line that a logger wrote; `info` also for lower ones; undefined for other lines. */
export function levelOf(line: string): 'error' | 'warning' | 'info' | undefined {
  const head = line.slice(0, HEADER);
  const level = head.split(SEPARATORS, MOST_WORDS).find((word) => LEVEL.test(word)) ?? NAMED.exec(head)?.[1];
  if (level === undefined) return undefined;
  if (/^(?:ERROR|CRITICAL|FATAL|SEVERE)$/i.test(level)) return 'error';
  return /^WARN/i.test(level) ? 'warning' : 'info';
}

// The word of a longer header may be part of a message.
const HEADER = 100;
const MOST_WORDS = 8;
const SEPARATORS = /[\s|[\](){}:,;"'<>=-]+/;
const LEVEL = /^(?:DEBUG|INFO|NOTICE|TRACE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE)$/;
// In small letters at the start (`warning: …`, `[info] …`), or as a member of a JSON line.
const NAMED = /^(?:\[?|\{.{0,60}"level(?:name)?": ?")(debug|info|warn|warning|error|critical|fatal)[\]:"]/i;
