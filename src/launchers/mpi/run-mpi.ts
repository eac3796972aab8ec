import { LAUNCHER_PARAMETERS } from '../../contract/launchers.ts';
import type { ProcessEnd } from '../../process/process-end.ts';
import { ClusterMember, type MemberStrategy } from '../cluster/cluster-member.ts';
import { clusterOptions } from '../cluster/cluster-options.ts';
import { endOfJob } from '../cluster/end-of-job.ts';
import type { LaunchContext, LaunchDescription, LaunchEnd } from '../launcher.ts';
import { processesPerHost, textParameter } from '../launcher-parameters.ts';
import { findMpi4py } from './installed/find-mpi4py.ts';
import type { OpenMpiMajor } from './installed/find-open-mpi.ts';
import { isMaster, requirePrograms } from './installed/requirements.ts';
import { mpiCoordinator } from './mpi-coordinator.ts';
import { MPI_PROTOCOL, type MpiOrder, type ToMpiCoordinator } from './mpi-messages.ts';
import { isPython } from './rank-command.ts';
import { openRankReportServer, type RankReportServer } from './rank-report-server.ts';
import { runMpirun } from './run-mpirun.ts';
import { openSshClient } from './ssh/ssh-client.ts';
import { startSshd } from './ssh/start-sshd.ts';
import { tryHosts } from './ssh/try-ssh.ts';

/** What is installed on the first host. */
export interface InstalledMpi {
  readonly hasMpi4py: boolean;
  readonly openMpi?: OpenMpiMajor;
}

/** Makes the command of the first host. */
export type MasterCommand = (description: LaunchDescription, installed: InstalledMpi) => readonly [string, ...string[]];

// Version 5 starts a daemon on a host whose name is not that of the machine, unless it compares addresses as version 4 does.
const OPEN_MPI_5 = { PRTE_MCA_prte_do_not_resolve: '0' };
// From SIGTERM to SIGKILL for what is left once the outcome is known.
const END_MS = 2000;
// After a failure mpirun ends its ranks itself, in this time.
const ABORT_MS = 3000;

/**
 * Runs an MPI job on this host, to the end of all (contract C62). The first host's `mpirun` starts the ranks by SSH; beside
 * it the hosts tell one another what became of them, so that each knows the truth within seconds. A stop is passed on by
 * each host's `train` to its own ranks, and not by `mpirun`, which would leave them a second.
 *
 * @throws OptmlError LAUNCHER_MISSING, HOSTS_LOST, START_FAILED or STOPPED.
 */
export async function runMpi(
  description: LaunchDescription,
  masterCommand: MasterCommand,
  context: LaunchContext,
): Promise<LaunchEnd> {
  const openMpi = await requirePrograms(description);
  const command = (hasMpi4py: boolean) => masterCommand(description, { hasMpi4py, openMpi });
  return new MpiHost(description, command, context).run();
}

type BoundCommand = (hasMpi4py: boolean) => ReturnType<MasterCommand>;

/** This host's part of an MPI job. */
class MpiHost implements MemberStrategy<MpiOrder> {
  readonly #description: LaunchDescription;
  readonly #masterCommand: BoundCommand;
  readonly #context: LaunchContext;
  readonly #member: ClusterMember<ToMpiCoordinator, MpiOrder>;
  /** Where each rank runs; known on the first host. */
  readonly #rankHosts = new Map<number, string>();
  #reports: RankReportServer | undefined;
  #isStarted = false;
  #hadRank = false;
  /** The first failure of a rank of this host. */
  #ownFailure: ProcessEnd | undefined;
  #removeClient: () => void = () => undefined;

  constructor(description: LaunchDescription, masterCommand: BoundCommand, context: LaunchContext) {
    this.#description = description;
    this.#masterCommand = masterCommand;
    this.#context = context;
    this.#member = new ClusterMember(context.stop, this);
  }

  async run(): Promise<LaunchEnd> {
    const { environment, variables } = this.#description;
    const { hosts } = environment.distribution;
    const reports = await this.#openReports();
    this.#reports = reports;
    let endSshd: (() => Promise<void>) | undefined;
    try {
      if (!isMaster(environment)) endSshd = await startSshd(variables, reports.variables);
      const coordinator = mpiCoordinator({ hosts, onRank: (rank, host) => this.#rankHosts.set(rank, host) });
      const talk = { about: 0, protocol: MPI_PROTOCOL };
      const failure = await this.#member.takePart(clusterOptions(environment, talk, this.#context), coordinator);
      return endOfJob(failure, this.#ownFailure);
    } finally {
      // First: it would start further processes.
      await endSshd?.();
      await reports.endAll(END_MS);
      reports.close();
      this.#removeClient();
    }
  }

  #openReports(): Promise<RankReportServer> {
    const host = this.#description.environment.resources.currentHost;
    return openRankReportServer(this.#description, {
      onRank: (rank) => {
        this.#hadRank = true;
        this.#member.send({ type: 'rank', rank });
      },
      onFailed: (rank, end) => {
        this.#ownFailure ??= end;
        this.#member.send({ type: 'failed', failure: { who: `rank ${rank} on ${host}`, end } });
      },
      onIdle: () => this.#member.send({ type: 'idle' }),
    });
  }

  readonly onMessage = (message: MpiOrder): string | undefined => {
    if ((message.type === 'start') === this.#isStarted) return 'it started ranks that run, or ended ranks that do not';
    if (message.type === 'start') this.#start().catch((error: Error) => this.#member.fail(error));
    else if (message.type === 'release') this.#reports?.release();
    else this.#abort();
    return undefined;
  };

  readonly doubt = (): string | undefined => {
    if (this.#reports?.isAnyRunning() === true) return 'it reported a success while ranks run here';
    return this.#hadRank || !this.#needsRank() ? undefined : 'it reported a success before any rank ran here';
  };

  /** Whether `mpirun` starts a rank on every host: unless the job says how many there are, or passes options of its own. */
  #needsRank(): boolean {
    const { environment } = this.#description;
    const { processes, mpiOptions, dataParallelOptions } = LAUNCHER_PARAMETERS;
    return [processes, mpiOptions, dataParallelOptions].every((name) => textParameter(environment, name) === '');
  }

  // A stop comes here first, and then to onStop: ranks are held back before they can have ended.
  readonly onSignal = (signal: NodeJS.Signals): void => {
    if (this.#context.stop.signal !== undefined) this.#reports?.hold();
    this.#reports?.signal(signal);
  };

  readonly onStop = (): void => {
    const reports = this.#reports;
    reports?.hold();
    // Each rank is killed at the end of its time by the program around it, unless that is gone.
    setTimeout(() => void reports?.killAll(), this.#remainingMs() + END_MS).unref();
  };

  readonly onLost = async (): Promise<void> => undefined;

  /** Ranks that are saving keep their time, whatever became of the others. */
  readonly end = async (): Promise<void> => {
    const { stop } = this.#context;
    if (stop.signal !== undefined) await this.#reports?.idle();
    this.#reports?.release();
    // A rank whose program around it is gone may still be among what is left.
    await this.#reports?.endAll(stop.signal === undefined ? END_MS : Math.max(END_MS, this.#remainingMs()));
  };

  #remainingMs(): number {
    return this.#context.stop.remainingMs(this.#description.environment.settings.stopGraceSeconds);
  }

  #abort(): void {
    this.#reports?.abort();
    setTimeout(() => void this.#reports?.killAll(), ABORT_MS).unref();
  }

  async #start(): Promise<void> {
    this.#isStarted = true;
    if (isMaster(this.#description.environment)) await this.#startMpirun();
    else this.#context.onStart?.();
  }

  async #startMpirun(): Promise<void> {
    const { distribution } = this.#description.environment;
    const client = await openSshClient(this.#description.variables);
    this.#removeClient = client.remove;
    await tryHosts(distribution.hosts.slice(1), this.#description, client);
    const [file, ...args] = this.#masterCommand(await this.#findMpi4py());
    const { cwd, variables } = this.#description;
    const own = { LD_LIBRARY_PATH: '', ...OPEN_MPI_5, ...client.variables };
    const all = { ...own, ...variables, ...this.#reports?.variables };
    const end = await runMpirun({ file, args, cwd, variables: all }, this.#context, (rank) => this.#hostOf(rank));
    this.#member.send({ type: 'over', end });
  }

  async #findMpi4py(): Promise<boolean> {
    if (!isPython(this.#description)) return false;
    const { isInstalled, library } = await findMpi4py(this.#description);
    const { log } = this.#context;
    if (!isInstalled)
      log.warn(
        'mpi4py is not installed: the script runs without it, and a rank that fails with an exception may leave others waiting',
      );
    if (library !== undefined && library !== 'Open MPI')
      log.warn(
        `mpi4py uses ${library}, and mpirun is Open MPI: ranks cannot reach each other. Install mpi4py for Open MPI`,
      );
    return isInstalled;
  }

  /** Where a rank runs; before it has said so, where `mpirun` puts it (contract C67). */
  #hostOf(rank: number): string | undefined {
    const { hosts } = this.#description.environment.distribution;
    return this.#rankHosts.get(rank) ?? hosts[Math.floor(rank / processesPerHost(this.#description.environment))];
  }
}
