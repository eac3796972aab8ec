import type { ClientRequest, IncomingMessage } from 'node:http';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { LargeAnswer, SlowAnswer, type TransferError } from './transfer-error.ts';

/** Limits of an answer that keeps coming and gets nowhere: a limit of silence alone lets one byte now and then hold a job. */
export interface AnswerLimits {
  /** From the end of the request to the end of the answer's headers, in milliseconds. */
  readonly headersMs: number;
  /** For an answer that is no object's content, such as a listing, in milliseconds. */
  readonly aboutMs: number;
  /** Most bytes of such an answer, which is kept in memory. */
  readonly aboutBytes: number;
  /** Within this time, in milliseconds, {@link paceBytes} bytes of content must pass in either direction. */
  readonly paceMs: number;
  readonly paceBytes: number;
}

/** S3 takes minutes at most, to put the parts of an upload together; a listing of 1,000 keys has 10 MB at most. */
export const ANSWER_LIMITS: AnswerLimits = {
  headersMs: 120_000,
  aboutMs: 600_000,
  aboutBytes: 32 * 1024 * 1024,
  paceMs: 60_000,
  paceBytes: 60 * 1024,
};

type GiveUp = (why: TransferError) => void;

/** Limits how slowly a request is taken, and how late its answer's headers come. */
export function limitRequest(sent: ClientRequest, limits: AnswerLimits, giveUp: GiveUp): void {
  // While nothing waits to be taken, it is us who are slow.
  const endPace = keepPace(limits, giveUp, () => (sent.writableLength > 0 ? sent.socket?.bytesWritten : undefined));
  sent.once('finish', () => {
    endPace();
    const timer = after(limits.headersMs, 'no complete answer', giveUp);
    sent.once('response', () => clearTimeout(timer));
    sent.once('close', () => clearTimeout(timer));
  });
  sent.once('close', endPace);
}

/** Limits how slowly the content of an object comes. Who reads it may take any time. */
export function limitContent(response: IncomingMessage, limits: AnswerLimits, giveUp: GiveUp): void {
  const { socket } = response;
  const endPace = keepPace(limits, giveUp, () => (response.readableLength === 0 ? socket.bytesRead : undefined));
  response.once('close', endPace);
}

/** Limits size and time of an answer that is kept in memory. */
export function limitAbout(response: IncomingMessage, limits: AnswerLimits, giveUp: GiveUp): Readable {
  const timer = after(limits.aboutMs, 'no end of the answer', giveUp);
  let bytes = 0;
  const counted = new PassThrough({
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      if (bytes <= limits.aboutBytes) done(null, chunk);
      else done(new LargeAnswer(`the answer has more than ${limits.aboutBytes} bytes`));
    },
  });
  // Errors reach the reader of the copy.
  pipeline(response, counted, () => clearTimeout(timer));
  return counted;
}

function after(ms: number, what: string, giveUp: GiveUp): NodeJS.Timeout {
  return setTimeout(() => giveUp(new SlowAnswer(`${what} within ${ms / 1000} s`)), ms);
}

/** `passed` gives the bytes so far, undefined while we ourselves hold them up. */
function keepPace({ paceMs, paceBytes }: AnswerLimits, giveUp: GiveUp, passed: () => number | undefined): () => void {
  let last = passed() ?? 0;
  const timer = setInterval(() => {
    const bytes = passed();
    if (bytes !== undefined && bytes - last < paceBytes) {
      giveUp(new SlowAnswer(`fewer than ${paceBytes} bytes in ${paceMs / 1000} s`));
    }
    last = bytes ?? last;
  }, paceMs);
  return () => clearInterval(timer);
}
