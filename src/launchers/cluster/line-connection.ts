import type { Socket } from 'node:net';
import { within } from '../../concurrency/clock.ts';

/** What two hosts tell each other: one JSON object a line. */
export interface Message {
  readonly type: string;
}

/** One end of a connection between two hosts. */
export interface LineConnection {
  readonly send: (message: Message) => void;
  /** Sends what is left and ends the connection; nothing is told about it any more. */
  readonly close: () => Promise<void>;
}

/** Who is told. */
export interface ConnectionEvents {
  readonly onMessage: (message: Message) => void;
  /** Called once, when the other end is gone or has been silent for too long. */
  readonly onLost: (why: string) => void;
}

const BEAT_MS = 1000;
// A killed host is known at once, since its kernel ends the connection. This is for a network that was cut.
const BEATS_TO_LOSS = 6;
// The whole environment of a program may be in one.
const LONGEST_LINE = 4 << 20;
const CLOSE_MS = 1000;

/**
 * Speaks in lines over a connected socket, and beats once a second, so that each end knows of the other's loss within
 * seconds. Beats are counted, not timed: an end that was itself held up does not blame the other. Within one machine there
 * is no need of them.
 */
export function lineConnection(socket: Socket, events: ConnectionEvents, { beats = true } = {}): LineConnection {
  let rest = '';
  let missed = 0;
  let isOver = false;
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
  socket.setNoDelay(true);
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    missed = 0;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) lose('it sent a line without an end');
    for (const message of lines.map(parseMessage)) {
      if (isOver) return;
      if (message === undefined) lose('it does not speak the language of optml');
      else if (message.type !== 'beat') events.onMessage(message);
    }
  });
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

function parseMessage(line: string): Message | undefined {
  try {
    const value = JSON.parse(line) as Partial<Message> | null;
    return typeof value === 'object' && typeof value?.type === 'string' ? (value as Message) : undefined;
  } catch {
    return undefined;
  }
}
