// The watchdog's own process: `node watchdog-program.cjs`, with a pipe from `optml run` as its standard input. When the
// pipe ends without that this process was killed before, `optml run` has died: it ends what it was told of.
import { spawn } from 'node:child_process';
import { killFamily } from '../../process/end-family.ts';
import { type Family, findStartTicks } from '../../process/family.ts';
import { STOP_SIGNALS } from '../../process/signals.ts';
import type { WatchdogLine } from './watchdog-line.ts';

const COMMAND_LIMIT_MS = 60_000;

async function watch(): Promise<void> {
  for (const signal of STOP_SIGNALS) process.on(signal, () => undefined);
  const lines = await readLines();
  await Promise.all(lines.map((line) => ('family' in line ? endGroup(line.family) : undefined)));
  for (const line of lines) if ('command' in line) await run(line.command);
}

async function readLines(): Promise<readonly WatchdogLine[]> {
  let text = '';
  process.stdin.setEncoding('utf8');
  // A pipe that breaks has ended.
  try {
    for await (const chunk of process.stdin) text += chunk;
  } catch {}
  return text.split('\n').flatMap(parse);
}

// A last line may be cut off by the kill.
function parse(line: string): readonly WatchdogLine[] {
  try {
    return [JSON.parse(line) as WatchdogLine];
  } catch {
    return [];
  }
}

async function endGroup(family: Family): Promise<void> {
  const { leader, startedAt } = family;
  // Its id may have become another program's, and its group's id too: then only the mark tells who belongs to it.
  const isSame = startedAt === 0 || findStartTicks(leader) === startedAt;
  if (isSame) await killFamily(family);
  else await killFamily({ ...family, leader: Number.NaN });
}

function run([file = '', ...args]: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'ignore', timeout: COMMAND_LIMIT_MS, killSignal: 'SIGKILL' });
    child.once('error', () => resolve()).once('exit', () => resolve());
  });
}

// A command that could not be started would keep its time limit running.
void watch().then(() => process.exit());
