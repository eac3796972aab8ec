import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endFamily, killFamily } from '../../process/end-family.ts';
import { type Family, MARK_VARIABLE, makeMark, markValue } from '../../process/family.ts';
import { isFailedEnd } from '../cluster/failure.ts';
import { lineConnection } from '../cluster/line-connection.ts';
import type { LaunchDescription } from '../launcher.ts';
import { type FromRank, type RankEnvironment, readFromRank, type ToRank } from './mpi-messages.ts';

/** Name of the variable that leads the program around a rank to its host's `train`. */
export const REPORT_VARIABLE = 'OPTML_RANK_REPORTS';

/** Receives what happens to this host's ranks. */
export interface RankReportEvents {
  readonly onRank: (rank: number) => void;
  /** A rank failed by itself. */
  readonly onFailed: (rank: number, end: (FromRank & { readonly type: 'ended' })['end']) => void;
  /** While ranks are held back: the last of them has ended. */
  readonly onIdle: () => void;
}

/** This host's ranks, started by `mpirun` here or by its daemon. */
export interface RankReportServer {
  /** Variables for whatever starts ranks on this host. */
  readonly variables: Readonly<Record<string, string>>;
  /** Passes a signal on to every rank, those too that are still to come. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** From now on what ranks return is withheld until {@link release}; tells when there is none left. */
  readonly hold: () => void;
  readonly release: () => void;
  /** Ends the ranks, because one has failed. */
  readonly abort: () => void;
  readonly isAnyRunning: () => boolean;
  /** Resolves once no rank runs here. */
  readonly idle: () => Promise<void>;
  /** Ends whatever is left of the job on this host. `graceMs` from SIGTERM to SIGKILL. */
  readonly endAll: (graceMs: number) => Promise<void>;
  readonly killAll: () => Promise<void>;
  readonly close: () => void;
}

// No process has such an id (Linux stops at 2^22): members are known by their mark alone.
const NO_LEADER = 2 ** 22 + 1;

/** Opens the socket to which this host's ranks report, in a folder that no other user can enter. */
export async function openRankReportServer(
  description: LaunchDescription,
  events: RankReportEvents,
): Promise<RankReportServer> {
  const dir = mkdtempSync(join(tmpdir(), 'optml-ranks-'));
  chmodSync(dir, 0o700);
  const reports = new RankReports(dir, description, events);
  await reports.listen();
  return reports;
}

interface Rank {
  /** Unknown until it has introduced itself. */
  number: number;
  hasEnded: boolean;
  readonly send: (message: ToRank) => void;
  readonly close: () => Promise<void>;
}

class RankReports implements RankReportServer {
  readonly variables: Readonly<Record<string, string>>;
  readonly #dir: string;
  readonly #path: string;
  readonly #family: Family;
  readonly #environment: ToRank;
  readonly #events: RankReportEvents;
  readonly #server = createServer((socket) => this.#accept(socket));
  readonly #ranks = new Set<Rank>();
  readonly #sent: ToRank[] = [];
  #isHolding = false;
  #isReleased = false;
  #onChange: () => void = () => undefined;

  constructor(dir: string, description: LaunchDescription, events: RankReportEvents) {
    const mark = makeMark();
    const marked = { [MARK_VARIABLE]: markValue(mark, description.variables) };
    this.#dir = dir;
    this.#path = join(dir, 'reports');
    this.#family = { leader: NO_LEADER, mark, startedAt: 0, startedAtMs: 0 };
    this.#environment = { type: 'environment', ...environmentOf(description, marked) };
    this.#events = events;
    this.variables = { ...marked, [REPORT_VARIABLE]: this.#path };
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => this.#server.once('error', reject).listen(this.#path, resolve));
  }

  signal(signal: NodeJS.Signals): void {
    this.#sendAll({ type: 'signal', signal });
  }

  abort(): void {
    this.#sendAll({ type: 'abort' });
  }

  hold(): void {
    this.#isHolding = true;
    this.#reportIdle();
  }

  release(): void {
    this.#isReleased = true;
    for (const rank of this.#ranks) if (rank.hasEnded) rank.send({ type: 'exit' });
  }

  async idle(): Promise<void> {
    while (this.isAnyRunning()) {
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    }
  }

  async endAll(graceMs: number): Promise<void> {
    await endFamily(this.#family, graceMs);
  }

  killAll(): Promise<void> {
    return killFamily(this.#family);
  }

  close(): void {
    this.#server.close();
    for (const rank of this.#ranks) void rank.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #accept(socket: Socket): void {
    // Any process of the job on this host can connect: what does not come in turn is not from the program around a rank.
    const onMessage = (value: unknown) => {
      const message = readFromRank(value);
      if (message?.type === 'hello' && rank.number < 0) this.#welcome(rank, message.rank);
      else if (message?.type === 'ended' && rank.number >= 0 && !rank.hasEnded) this.#conclude(rank, message);
      else return 'it sent a message that a rank does not send';
      return undefined;
    };
    const onLost = () => {
      rank.hasEnded = true;
      this.#ranks.delete(rank);
      this.#reportIdle();
    };
    const rank: Rank = {
      number: -1,
      hasEnded: false,
      ...lineConnection(socket, { onMessage, onLost }, { beats: false }),
    };
  }

  #welcome(rank: Rank, number: number): void {
    rank.number = number;
    this.#ranks.add(rank);
    this.#events.onRank(number);
    // Those first: a rank that comes after the stop starts no program.
    for (const earlier of this.#sent) rank.send(earlier);
    rank.send(this.#environment);
  }

  #conclude(rank: Rank, { end, isEndedForOthers }: FromRank & { readonly type: 'ended' }): void {
    rank.hasEnded = true;
    if (isFailedEnd(end) && !isEndedForOthers) this.#events.onFailed(rank.number, end);
    if (!this.#isHolding || this.#isReleased) rank.send({ type: 'exit' });
    this.#reportIdle();
  }

  #sendAll(message: ToRank): void {
    this.#sent.push(message);
    for (const rank of this.#ranks) rank.send(message);
  }

  #reportIdle(): void {
    if (this.isAnyRunning()) return;
    this.#onChange();
    if (this.#isHolding && !this.#isReleased) this.#events.onIdle();
  }

  isAnyRunning(): boolean {
    return [...this.#ranks].some((rank) => !rank.hasEnded);
  }
}

function environmentOf(description: LaunchDescription, marked: Readonly<Record<string, string>>): RankEnvironment {
  const { cwd, variables, exported, environment } = description;
  return {
    cwd,
    graceSeconds: environment.settings.stopGraceSeconds,
    variables: { ...definedOf(variables), ...marked },
    ownNames: [...exported.keys(), ...LOGIN_VARIABLES, MARK_VARIABLE],
  };
}

function definedOf(variables: Readonly<NodeJS.ProcessEnv>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

// What an SSH server sets for each login.
const LOGIN_VARIABLES = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'MAIL', 'PWD', 'OLDPWD', 'SHLVL', 'TERM', '_'].concat([
  'SSH_CLIENT',
  'SSH_CONNECTION',
  'SSH_TTY',
  'SSH_ORIGINAL_COMMAND',
]);
