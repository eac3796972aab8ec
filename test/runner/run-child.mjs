// Runs a child process in a process group of its own. Its output goes to a file.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

const KILL_AFTER_MS = 5_000;
const running = new Set();

/** Runs a command to its end. Resolves with `{ code, isTimeout }`; a code of -1 means that a signal ended it. */
export function runChild([command, ...args], { output, cwd, env, timeoutMs }) {
  return new Promise((resolve) => {
    const file = openSync(output, 'a');
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', file, file], detached: true });
    closeSync(file);
    running.add(child);
    let isTimeout = false;
    const timer = setTimeout(() => {
      isTimeout = true;
      void endGroup(child);
    }, timeoutMs);
    const end = (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, isTimeout });
    };
    child.once('error', () => end(-1));
    child.once('exit', (code) => end(code ?? -1));
  });
}

/** Ends every running child, and resolves when they have ended. */
export async function endChildren() {
  await Promise.all([...running].map(endGroup));
}

function endGroup(child) {
  if (child.exitCode !== null || child.signalCode !== null) return undefined;
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS);
  return new Promise((resolve) => {
    child.once('exit', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}

function signalGroup({ pid }, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has just ended.
  }
}
