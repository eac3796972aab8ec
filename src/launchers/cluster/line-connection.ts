import type { Socket } from 'node:net';
import { monotonicMs, within } from '../../concurrency/clock.ts';
import { isObject, readJson } from '../../json/read-value.ts';
import type { Message } from './messages.ts';

/** One end of a connection between two hosts. */
export interface LineConnection {
  readonly send: <Sent extends Message>(message: Sent) => void;
  /** Sends what is left and ends the connection; no event follows. */
  readonly close: () => Promise<void>;
}

/** Receives what happens on a connection. */
export interface ConnectionEvents {
  /**
   * Called for each line that is a JSON object and no beat. Its shape is unknown. Returns why the connection must be
   * ended, if it broke a rule: `onLost` gets that reason.
   */
  readonly onMessage: (value: unknown) => string | undefined;
  /** Called once, when the other end is gone, has been silent for too long, or broke a rule. */
  readonly onLost: (why: string) => void;
}

/** How a connection differs from one between two hosts. */
export interface ConnectionOptions {
  /** Whether both ends beat. By default they do; within one machine there is no need. */
  readonly beats?: boolean;
  /** Most characters of a line. */
  readonly longestLine?: number;
}

const BEAT_MS = 1000;
// A killed host is known immediately, since its kernel ends the connection. This is for a network that was cut.
const BEATS_TO_LOSS = 6;
/** Most characters of a line between two hosts: the error output of a rank, all of it escaped, with room to spare. */
const LONGEST_LINE = 1 << 20;
// A host sends a few messages, and one for each rank that starts.
const MOST_LINES_PER_SECOND = 5000;
const CLOSE_MS = 1000;

/**
 * Sends and receives lines over a connected socket, and beats once a second, so that each end learns of the other's loss
 * within seconds. Beats are counted, not timed: an end that was itself held up does not blame the other. Length and number
 * of lines are limited, and each line must be JSON: the other end may be anybody.
 */
export function lineConnection(
  socket: Socket,
  events: ConnectionEvents,
  { beats = true, longestLine = LONGEST_LINE }: ConnectionOptions = {},
): LineConnection {
  const rest: string[] = [];
  let restLength = 0;
  let missed = 0;
  let isOver = false;
  const countLine = lineCounter();
  const finish = () => {
    isOver = true;
    clearInterval(timer);
  };
  const lose = (why: string) => {
    if (isOver) return;
    finish();
    socket.destroy();
    events.onLost(why);
  };
  const send = (message: Message) => {
    if (!isOver) socket.write(`${JSON.stringify(message)}\n`);
  };
  const beat = () => {
    send({ type: 'beat' });
    missed++;
    if (missed > BEATS_TO_LOSS) lose(`it has been silent for ${BEATS_TO_LOSS} s`);
  };
  const timer = beats ? setInterval(beat, BEAT_MS) : undefined;
  const takeLine = (line: string) => {
    const value = readJson(line);
    if (!countLine()) lose('it sent too many messages');
    else if (!isObject(value)) lose('it sent a line that is no message');
    else if (value['type'] !== 'beat') {
      const problem = events.onMessage(value);
      if (problem !== undefined) lose(problem);
    }
  };
  const take = (text: string) => {
    missed = 0;
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      if (isOver) return;
      const whole = rest.splice(0).join('') + line;
      restLength = 0;
      if (whole.length > longestLine) lose('it sent a line that is too long');
      else takeLine(whole);
    }
    if (last === '') return;
    rest.push(last);
    restLength += last.length;
    if (restLength > longestLine) lose('it sent a line without an end');
  };
  socket.setNoDelay(true);
  socket.setEncoding('utf8');
  socket.on('data', take);
  socket.on('error', (error) => lose(error.message));
  socket.on('close', () => lose('it ended the connection'));
  const close = async () => {
    if (isOver) return;
    finish();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.end();
    await within(closed, CLOSE_MS);
    socket.destroy();
  };
  return { send, close };
}

/** Counts lines; returns whether they are few enough. */
function lineCounter(): () => boolean {
  let second = 0;
  let count = 0;
  return () => {
    const now = Math.floor(monotonicMs() / 1000);
    if (now !== second) count = 0;
    second = now;
    count++;
    return count <= MOST_LINES_PER_SECOND;
  };
}
