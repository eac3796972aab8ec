import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { VARIABLES } from '../../contract/variables.ts';
import { MARK_VARIABLE, markValue } from '../../process/family.ts';
import type { ComingHost, ContainerJob, EngineContext, Watchdog } from '../engine.ts';
import { waitingCommand } from './host-command.ts';
import { type HostShell, startHostShell } from './host-shell.ts';
import { type JobSurroundings, makeSurroundings } from './job-surroundings.ts';
import type { Namespaces } from './namespaces.ts';
import { type OutputFifos, outputFifos, type Surroundings } from './shell-script.ts';
import { isReadAtStart, type TrainAhead } from './train-ahead.ts';

/** Why the shell of a host could not be started. */
export interface UnstartedShell {
  readonly startError: string;
}

/** A host's shell that waits to be told what to run. */
export interface WaitingShell {
  readonly shell: HostShell;
  /** Undefined where the host has none. */
  readonly namespaces: Namespaces | undefined;
  /** Where it was told to make the pipes for the output. */
  readonly fifos: OutputFifos;
  /** Whether `train` has taken its place, and waits. Once it is up. */
  readonly hasTrain: () => boolean;
  /** The whole environment of the host. */
  readonly variables: Readonly<Record<string, string>>;
}

const PLAIN: Surroundings = { namespaces: undefined, network: [] };

// With it `train` does not wait until the names of hosts resolve (contract C30).
const NO_WAITING = VARIABLES.studioLocalMode;

/** What the shells are started with besides the job. */
export interface HostShellsOptions extends Pick<EngineContext, 'warn' | 'watchdog'> {
  /** The user's own environment. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** A `train` that waits already, for the first host that can have it. */
  readonly ahead: TrainAhead | undefined;
}

/**
 * The shells of a job's hosts. They can be started ahead, which takes as long as a job's other preparations, and the first
 * of them shows what the machine allows.
 */
export class HostShells {
  readonly #job: ContainerJob;
  readonly #variables: Readonly<NodeJS.ProcessEnv>;
  readonly #warn: (message: string) => void;
  readonly #watchdog: Watchdog;
  readonly #surroundings: JobSurroundings;
  readonly #waiting = new Map<string, Promise<WaitingShell | UnstartedShell>>();
  #ahead: TrainAhead | undefined;
  #started = 0;
  #isPlain = false;
  #isNetworkWarned = false;

  constructor(job: ContainerJob, { variables, ahead, warn, watchdog }: HostShellsOptions) {
    this.#job = job;
    this.#variables = variables;
    this.#warn = warn;
    this.#watchdog = watchdog;
    this.#ahead = ahead;
    this.#surroundings = makeSurroundings(job, variables);
  }

  /** Starts the shell of a host that will be taken. */
  expect(host: ComingHost): void {
    const waiting = this.#start(host);
    waiting.catch(() => undefined);
    this.#waiting.set(host.name, waiting);
  }

  /** The shell of a host, up, or why it could not be started. */
  take(host: ComingHost): Promise<WaitingShell | UnstartedShell> {
    const waiting = this.#waiting.get(host.name) ?? this.#start(host);
    this.#waiting.delete(host.name);
    return waiting;
  }

  /** Ends the shells that were not taken, and gives the job's addresses and network back. */
  async close(): Promise<void> {
    for (const waiting of this.#waiting.values()) {
      const started = await waiting.catch(() => undefined);
      if (started !== undefined && 'shell' in started) started.shell.discard();
    }
    this.#ahead?.close();
    await this.#surroundings.release();
  }

  // No waiting before the process is started: it takes longest.
  async #start(host: ComingHost): Promise<WaitingShell | UnstartedShell> {
    const { namespaces } = this.#surroundings;
    if (namespaces !== undefined && !this.#isPlain) {
      const network = this.#job.isIsolated ? await this.#surroundings.network : [];
      if (network === undefined) this.#warnOfNetwork();
      const variables = this.#variablesOf(host, {});
      const waiting =
        (await this.#takeAhead(network, variables)) ?? this.#startIn({ namespaces, network: network ?? [] }, variables);
      if (await waiting.shell.isUp) return waiting;
    }
    this.#becomePlain();
    // Not even its own name resolves.
    const waiting = this.#startIn(PLAIN, this.#variablesOf(host, { [NO_WAITING]: 'true' }));
    if (await waiting.shell.isUp) return waiting;
    const { startError } = await waiting.shell.exited;
    return { startError: startError ?? waiting.shell.output().trim() };
  }

  #variablesOf({ environment, mlDir }: ComingHost, more: Readonly<Record<string, string>>): Record<string, string> {
    const { PATH = '', HOME = '' } = this.#variables;
    return { PATH, HOME, ...more, ...environment, [VARIABLES.baseDir]: mlDir };
  }

  /** The `train` that waits already, where it does for a host with these variables. */
  async #takeAhead(
    network: readonly string[] | undefined,
    variables: Readonly<Record<string, string>>,
  ): Promise<WaitingShell | undefined> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead === undefined) return undefined;
    const { shell, namespaces, dir, fifo } = ahead;
    const isPlainTrain = this.#job.entrypoint === undefined && network?.length === 0;
    if (isPlainTrain && !Object.keys(variables).some(isReadAtStart)) {
      this.#watch(shell);
      const fifos = outputFifos(fifo);
      if ((await shell.isUp) && areThere(fifos)) {
        this.#surroundings.replacements(dir);
        return { shell, namespaces, fifos, hasTrain: () => true, variables: withMark(variables, shell) };
      }
    }
    ahead.close();
    return undefined;
  }

  #startIn(around: Surroundings, variables: Readonly<Record<string, string>>): WaitingShell {
    const { namespaces } = around;
    const fifo = join(this.#job.workDir, `output-${++this.#started}`);
    // Without nsenter nothing could be mounted for a program that runs already.
    const canTrainWait =
      this.#job.entrypoint === undefined && (namespaces === undefined || namespaces.nsenter !== undefined);
    const ahead = canTrainWait ? waitingCommand() : undefined;
    const shell = startHostShell({
      around,
      cwd: this.#job.workDir,
      variables,
      prepare: () => {
        const replacements = namespaces === undefined ? [] : this.#surroundings.replacements(this.#job.workDir);
        return { replacements, fifo, ahead };
      },
    });
    this.#watch(shell);
    const fifos = outputFifos(fifo);
    const hasTrain = () => canTrainWait && areThere(fifos);
    return { shell, namespaces, fifos, hasTrain, variables: withMark(variables, shell) };
  }

  #watch({ child }: HostShell): void {
    if (child.pid !== undefined) this.#watchdog.watchGroup(child.pid);
  }

  #becomePlain(): void {
    if (this.#isPlain) return;
    this.#isPlain = true;
    const { hosts, isIsolated } = this.#job;
    if (isIsolated) this.#warnOfNetwork();
    if (hosts.length === 1) return;
    this.#warn(
      `This machine allows no namespaces: the names ${hosts.join(', ')} do not resolve, and ${NO_WAITING}=true is set so that nobody waits for them (C30)`,
    );
  }

  #warnOfNetwork(): void {
    if (this.#isNetworkWarned) return;
    this.#isNetworkWarned = true;
    this.#warn('EnableNetworkIsolation is not kept: this machine does not let the engine "process" make a network');
  }
}

function areThere({ stdout, stderr }: OutputFifos): boolean {
  return existsSync(stdout) && existsSync(stderr);
}

function withMark(variables: Readonly<Record<string, string>>, { mark }: HostShell): Readonly<Record<string, string>> {
  return { ...variables, [MARK_VARIABLE]: markValue(mark, {}) };
}
