import { statSync } from 'node:fs';
import { join } from 'node:path';
import { OptmlError } from '../../errors/error.ts';
import { findOnPath } from '../../process/find-on-path.ts';
import { type EngineName, enginesOf } from '../engine-names.ts';
import { lastLines } from './container-errors.ts';
import type { ContainerEngineName } from './dialects.ts';
import { runCli } from './engine-cli.ts';
import { throwIfStopped } from './image.ts';

/** An engine that answers. */
export interface FoundEngine {
  readonly name: EngineName;
  /** Its program and options that belong before every command; empty for `process`. */
  readonly command: readonly string[];
  /** Engines that are installed but do not answer, each with the reason: worth a warning where `process` replaces them. */
  readonly silent: readonly string[];
}

const ANSWER_MS = 15_000;

/**
 * The engine to run a job: the one that is wanted, or the first of docker, podman, nerdctl and finch that is on `PATH` and
 * answers, rootless ones too; `process` when there is none.
 *
 * @throws OptmlError ENGINE_FAILED when the wanted one is not there or does not answer; STOPPED when the signal came.
 */
export async function findEngine(
  variables: Readonly<NodeJS.ProcessEnv>,
  wanted?: EngineName,
  signal?: AbortSignal,
): Promise<FoundEngine> {
  if (wanted === 'process') return { name: 'process', command: [], silent: [] };
  const silent: string[] = [];
  for (const name of wanted === undefined ? enginesOf('container') : [wanted]) {
    const answer = await ask(name, variables, signal);
    if (signal !== undefined) throwIfStopped(signal);
    if (answer.command !== undefined) return { name: answer.name, command: answer.command, silent };
    if (wanted !== undefined) throw noAnswer(name, answer.problem);
    if (answer.isInstalled) silent.push(`${name}: ${answer.problem}`);
  }
  return { name: 'process', command: [], silent };
}

type Answer =
  | { readonly command: readonly string[]; readonly name: ContainerEngineName }
  | { readonly command?: undefined; readonly problem: string; readonly isInstalled: boolean };

async function ask(
  name: ContainerEngineName,
  variables: Readonly<NodeJS.ProcessEnv>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  if (findOnPath(name, variables) === undefined) return { problem: 'it is not on PATH', isInstalled: false };
  let problem = '';
  for (const command of commandsOf(name, variables)) {
    const options = { limitMs: ANSWER_MS, signal };
    const { code, stdout, stderr, killed } = await runCli({ name, command, variables }, ['version'], options);
    // Podman comes with a `docker` of its own, which understands podman's options only.
    if (code === 0) return { command, name: /podman/i.test(stdout) ? 'podman' : name };
    problem ||= killed === 'limit' ? `no answer in ${ANSWER_MS / 1000} s` : lastLines(stderr, 1) || `exit code ${code}`;
  }
  return { problem, isInstalled: true };
}

// A rootless daemon's socket is where its set-up puts it, also while the current context names the system's.
function commandsOf(name: ContainerEngineName, variables: Readonly<NodeJS.ProcessEnv>): readonly (readonly string[])[] {
  const folder = variables['XDG_RUNTIME_DIR'];
  const isChosen = Boolean(variables['DOCKER_HOST'] || variables['DOCKER_CONTEXT']);
  if (name !== 'docker' || isChosen || !folder) return [[name]];
  const socket = join(folder, 'docker.sock');
  const isSocket = statSync(socket, { throwIfNoEntry: false })?.isSocket() === true;
  return isSocket ? [[name], [name, '--host', `unix://${socket}`]] : [[name]];
}

function noAnswer(name: ContainerEngineName, problem: string): OptmlError {
  return new OptmlError('ENGINE_FAILED', `the container engine ${name} does not answer`, {
    where: problem,
    fix: `${adviceOf(name, problem)} Or leave --engine out, or use --engine process, which needs none.`,
  });
}

function adviceOf(name: ContainerEngineName, problem: string): string {
  if (problem === 'it is not on PATH') return `Install ${name}, or add its folder to PATH.`;
  if (/permission denied/i.test(problem)) {
    return `Your user may not use it: add it to the group "${name}" and log in again, or set up its rootless mode.`;
  }
  switch (name) {
    case 'docker':
      return 'Start its daemon (sudo systemctl start docker, or Docker Desktop), or check DOCKER_HOST.';
    case 'podman':
      return 'Outside of Linux, start its machine: podman machine start.';
    case 'nerdctl':
      return 'Start containerd: sudo systemctl start containerd, or containerd-rootless-setuptool.sh install.';
    case 'finch':
      return 'Start its machine: finch vm start.';
  }
}
