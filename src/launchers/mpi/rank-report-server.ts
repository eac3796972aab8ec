import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endFamily, killFamily } from '../../process/end-family.ts';
import { type Family, MARK_VARIABLE, makeMark, markValue } from '../../process/family.ts';
import { type LineConnection, lineConnection } from '../cluster/line-connection.ts';
import type { LaunchDescription } from '../launcher.ts';
import type { FromRank, RankEnvironment, ToRank } from './mpi-messages.ts';

/** Name of the variable that leads the program around a rank to its host's `train`. */
export const REPORT_VARIABLE = 'OPTML_RANK_REPORTS';

/** Who is told of this host's ranks. */
export interface RankReportEvents {
  readonly onRank: (rank: number) => void;
  /** A rank failed by itself. */
  readonly onFailed: (rank: number, end: (FromRank & { readonly type: 'ended' })['end']) => void;
  /** While ranks are held back: the last of them has ended. */
  readonly onIdle: () => void;
}

/** This host's ranks, whoever started them: `mpirun` here, or its daemon. */
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
  /** Resolves once no rank runs here. */
  readonly idle: () => Promise<void>;
  /** Ends whatever is left of the job on this host. `graceMs` from SIGTERM to SIGKILL. */
  readonly endAll: (graceMs: number) => Promise<void>;
  readonly killAll: () => Promise<void>;
  readonly close: () => void;
}

// No process has such an id (Linux stops at 2^22): members are known by their mark alone.
const NO_LEADER = 2 ** 22 + 1;

/** Opens the place where this host's ranks report: a socket in a folder that nobody else can enter. */
export async function openRankReportServer(
  description: LaunchDescription,
  events: RankReportEvents,
): Promise<RankReportServer> {
  const dir = mkdtempSync(join(tmpdir(), 'optml-ranks-'));
  chmodSync(dir, 0o700);
  const path = join(dir, 'reports');
  const mark = makeMark();
  const family: Family = { leader: NO_LEADER, mark, startedAt: 0, startedAtMs: 0 };
  const marked = { [MARK_VARIABLE]: markValue(mark, description.variables) };
  const environment: ToRank = { type: 'environment', ...environmentOf(description, marked) };
  const ranks = new Set<Rank>();
  const sent: ToRank[] = [];
  const state = { isHolding: false, isReleased: false };
  let onChange: () => void = () => undefined;
  const running = () => [...ranks].filter((rank) => !rank.hasEnded);
  const tellIdle = () => {
    if (running().length > 0) return;
    onChange();
    if (state.isHolding && !state.isReleased) events.onIdle();
  };
  const server = createServer((socket) => {
    const rank: Rank = { number: -1, hasEnded: false, connection: undefined };
    rank.connection = connect(socket, {
      onMessage: (message) => {
        if (message.type === 'hello') {
          rank.number = message.rank;
          ranks.add(rank);
          events.onRank(message.rank);
          // Those first: a rank that comes after the stop starts no program.
          for (const earlier of sent) rank.connection?.send(earlier);
          rank.connection?.send(environment);
          return;
        }
        rank.hasEnded = true;
        const { end } = message;
        if ((end.exitCode !== 0 || end.isKilledAfterGrace) && !message.isEndedForOthers)
          events.onFailed(rank.number, end);
        if (!state.isHolding || state.isReleased) rank.connection?.send({ type: 'exit' } as ToRank);
        tellIdle();
      },
      onLost: () => {
        rank.hasEnded = true;
        ranks.delete(rank);
        tellIdle();
      },
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  const tell = (message: ToRank) => {
    sent.push(message);
    for (const rank of ranks) rank.connection?.send(message);
  };
  return {
    variables: { ...marked, [REPORT_VARIABLE]: path },
    signal: (signal) => tell({ type: 'signal', signal }),
    hold: () => {
      state.isHolding = true;
      tellIdle();
    },
    release: () => {
      state.isReleased = true;
      for (const rank of ranks) if (rank.hasEnded) rank.connection?.send({ type: 'exit' } as ToRank);
    },
    abort: () => tell({ type: 'abort' }),
    idle: async () => {
      while (running().length > 0) {
        await new Promise<void>((resolve) => {
          onChange = resolve;
        });
      }
    },
    endAll: async (graceMs) => {
      await endFamily(family, graceMs);
    },
    killAll: () => killFamily(family),
    close: () => {
      server.close();
      for (const rank of ranks) void rank.connection?.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

interface Rank {
  number: number;
  hasEnded: boolean;
  connection: LineConnection | undefined;
}

function connect(
  socket: Socket,
  { onMessage, onLost }: { readonly onMessage: (message: FromRank) => void; readonly onLost: () => void },
): LineConnection {
  return lineConnection(socket, { onMessage: (message) => onMessage(message as FromRank), onLost }, { beats: false });
}

function environmentOf(description: LaunchDescription, marked: Readonly<Record<string, string>>): RankEnvironment {
  const { cwd, variables, exported, environment } = description;
  return {
    cwd,
    graceSeconds: environment.settings.stopGraceSeconds,
    variables: { ...variables, ...marked },
    ownNames: [...exported.keys(), ...LOGIN_VARIABLES, MARK_VARIABLE],
  };
}

// What an SSH server sets for whoever comes in.
const LOGIN_VARIABLES = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'MAIL', 'PWD', 'OLDPWD', 'SHLVL', 'TERM', '_'].concat([
  'SSH_CLIENT',
  'SSH_CONNECTION',
  'SSH_TTY',
  'SSH_ORIGINAL_COMMAND',
]);
