// Runs a child process in a process group of its own. Its output goes to a file.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const KILL_AFTER_MS = 5_000;
const POLL_MS = 50;
const running = new Set();
let isEnding = false;

/** Runs a command to its end. Resolves with `{ code, isTimeout }`; a code of -1 means that a signal ended it. */
export function runChild([command, ...args], { output, cwd, env, timeoutMs }) {
  return new Promise((resolve) => {
    // Nothing starts any more while the runner ends.
    if (isEnding) return;
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

/** Ends every running child, and resolves when they have ended. No other child starts from then on. */
export async function endChildren() {
  isEnding = true;
  await Promise.all([...running].map(endGroup));
}

// Programs that a test started may outlive it: the whole group has to end.
async function endGroup({ pid }) {
  signalGroup(pid, 'SIGTERM');
  const end = performance.now() + KILL_AFTER_MS;
  while (signalGroup(pid, 0) && performance.now() < end) await sleep(POLL_MS);
  signalGroup(pid, 'SIGKILL');
}

/** Whether there was still a process in the group. */
function signalGroup(pid, signal) {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
