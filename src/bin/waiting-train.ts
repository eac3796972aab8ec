// `train` for a host of the engine `process`, started while the job is still being prepared: it has loaded everything when
// it is told to begin, by a line of JSON on standard input, and is `train` as it is started in an image from then on. Until
// then standard error leads to `optml run`. Without a word to the end of the input it has started nothing. Its last
// argument is a named pipe that was made for it.
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { trainCommand } from '../cli/train-command.ts';
import type { TrainOrder } from '../platform/engines/process/train-order.ts';
import { type ErrorPipe, openFifo } from '../process/error-pipe.ts';
import { train } from '../train.ts';

const [STDIN, STDOUT, STDERR] = [0, 1, 2];

async function wait(words: readonly string[]): Promise<number> {
  const args = words.slice(0, -1);
  const pipe = args.length === 0 ? openPipe(words.at(-1) ?? '') : undefined;
  const order = readOrder();
  if (order === undefined) return 0;
  process.chdir(order.cwd);
  // Each gets the lowest number that is free: its own.
  closeSync(STDIN);
  openSync('/dev/null', 'r');
  writeSync(STDERR, 'ready\n');
  closeSync(STDERR);
  openSync(`/proc/self/fd/${STDOUT}`, 'a');
  return args.length === 0 ? train(process.env, pipe) : trainCommand(args, process.env);
}

function openPipe(file: string): Promise<ErrorPipe> | undefined {
  try {
    const pipe = openFifo(file);
    unlinkSync(file);
    return Promise.resolve(pipe);
  } catch {
    // `train` makes one itself.
    return undefined;
  }
}

function readOrder(): TrainOrder | undefined {
  const buffer = Buffer.alloc(64 * 1024);
  let text = '';
  while (!text.endsWith('\n')) {
    const count = readSync(STDIN, buffer);
    if (count === 0) return undefined;
    text += buffer.toString('utf8', 0, count);
  }
  return JSON.parse(text) as TrainOrder;
}

void wait(process.argv.slice(2)).then((code) => process.exit(code));
