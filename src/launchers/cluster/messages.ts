// Every message of the control port, and how it is read. Whatever may arrive from another host has the shape that is
// defined here before any other code sees it: a connection that sends something else is ended.
import { cutText } from '../../errors/quote-value.ts';
import { shownText } from '../../job-tree/raw-name.ts';
import {
  anyOf,
  changed,
  isObject,
  membersOf,
  orNull,
  type Read,
  readFlag,
  textOf,
  wholeOf,
  wordOf,
} from '../../json/read-value.ts';
import type { ProcessEnd } from '../../process/process-end.ts';
import { STOP_SIGNALS, signalNames } from '../../process/signals.ts';
import { isFailedEnd, type RankFailure, type RoundFailure } from './failure.ts';

/** What two hosts send each other: one JSON object a line. */
export interface Message {
  readonly type: string;
}

/** How a host introduces itself to the first. */
export interface Hello extends Message {
  readonly type: 'hello';
  readonly host: string;
  /** The job's ARN or name, so that two jobs on one network are not mixed up. */
  readonly job: string;
  /** Random, for the proofs that follow where the hosts share a secret. */
  readonly nonce: string;
  /** What the coordinator has to know of this host. */
  readonly about: unknown;
}

/** The first host takes another one. Nonce and proof are empty where the job has no secret. */
export interface Welcome extends Message {
  readonly type: 'welcome';
  readonly nonce: string;
  readonly proof: string;
}

/** A host proves that it knows the secret of the job. */
export interface Proof extends Message {
  readonly type: 'proof';
  readonly proof: string;
}

/** The first host does not take another one, or gives up. */
export interface Refusal extends Message {
  readonly type: 'refuse';
  readonly why: string;
}

/** The job is being stopped. */
export interface StopMessage extends Message {
  readonly type: 'stop';
  readonly signal: NodeJS.Signals;
}

/** All is over, on every host. */
export interface FinishMessage extends Message {
  readonly type: 'finish';
  readonly failure: RoundFailure | null;
}

/** Most characters of an error output: those of 64 KiB. */
const LONGEST_OUTPUT = 64 * 1024;
const LONGEST_REASON = 500;
const LONGEST_NAME = 300;
const LONGEST_JOB = 2048;
// A nonce or proof: 32 bytes in hexadecimal digits.
const LONGEST_DIGITS = 64;
// No machine runs more processes (Linux stops at 2^22).
const MOST_PROCESSES = 2 ** 22;

/** A text in one line, without control characters. A longer one is cut. */
function lineOf(longest: number): Read<string> {
  return changed(textOf(Number.MAX_SAFE_INTEGER), (text) => cutText(shownText(text.slice(0, longest + 1)), longest));
}

// Colours are left out, as of the output of an own program; all else that a terminal would obey is escaped.
const readOutput = changed(textOf(LONGEST_OUTPUT), (text) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with a control character
  text.replace(/\u001b\[[0-9;]*m/g, '').replace(/[^\n\t\r]+/g, shownText),
);

const readEndMembers = membersOf<Omit<ProcessEnd, 'memoryKills'>>({
  exitCode: wholeOf(0, 255),
  signal: orNull(wordOf(...signalNames())),
  startError: orNull(lineOf(LONGEST_NAME)),
  isKilledAfterGrace: readFlag,
  errorOutput: readOutput,
});

const readKills = wholeOf(0, MOST_PROCESSES);

/** How a process of another host ended. */
export const readEnd: Read<ProcessEnd> = (value) => {
  const end = readEndMembers(value);
  if (end === undefined || !isObject(value)) return undefined;
  const { memoryKills: given } = value;
  const memoryKills = readKills(given);
  return given !== undefined && memoryKills === undefined ? undefined : { ...end, memoryKills };
};

/** A failure of a process: it never has the end of a success. */
export const readRankFailure: Read<RankFailure> = changed(
  membersOf<RankFailure>({ who: lineOf(LONGEST_NAME), end: readEnd }),
  (failure) => (isFailedEnd(failure.end) ? failure : undefined),
);

/** Why the job failed; the host that was lost is one of these. */
function roundFailureOf(hosts: readonly string[]): Read<RoundFailure> {
  const lost = membersOf({ host: wordOf(...hosts), why: lineOf(LONGEST_REASON) });
  return anyOf<readonly [RoundFailure, RoundFailure]>(membersOf({ rank: readRankFailure }), membersOf({ lost }));
}

/** The greeting of one of `hosts`. `about` is read by the strategy's own reader. */
export function helloOf(hosts: readonly string[], readAbout: Read<unknown>): Read<Hello> {
  return membersOf<Hello>({
    type: wordOf('hello'),
    host: wordOf(...hosts),
    job: textOf(LONGEST_JOB),
    nonce: textOf(LONGEST_DIGITS),
    about: readAbout,
  });
}

export const readWelcome: Read<Welcome> = membersOf<Welcome>({
  type: wordOf('welcome'),
  nonce: textOf(LONGEST_DIGITS),
  proof: textOf(LONGEST_DIGITS),
});

export const readProof: Read<Proof> = membersOf<Proof>({ type: wordOf('proof'), proof: textOf(LONGEST_DIGITS) });

export const readRefusal: Read<Refusal> = membersOf<Refusal>({ type: wordOf('refuse'), why: lineOf(LONGEST_REASON) });

export const readStop: Read<StopMessage> = membersOf<StopMessage>({
  type: wordOf('stop'),
  signal: wordOf<NodeJS.Signals>(...STOP_SIGNALS),
});

/** The end of a job that runs on these hosts. */
export function finishOf(hosts: readonly string[]): Read<FinishMessage> {
  return membersOf<FinishMessage>({ type: wordOf('finish'), failure: orNull(roundFailureOf(hosts)) });
}

/** What the coordinator of one strategy and its hosts send each other, apart from {@link readStop} and {@link finishOf}. */
export interface Protocol<FromHost extends Message, ToHost extends Message> {
  /** What another host says about itself at the start. */
  readonly readAbout: Read<unknown>;
  /** What another host may send. */
  readonly readFromHost: Read<FromHost>;
  /** What the coordinator may send. */
  readonly readToHost: Read<ToHost>;
}
