import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { pythonPackages } from './frameworks/python-packages.ts';

/** The URL of a moto server that runs until the test ends; undefined, and the test is skipped, if it cannot be installed. */
export async function motoServer(t: TestContext): Promise<string | undefined> {
  const bin = pythonPackages(t, 'moto');
  if (bin === undefined) return undefined;
  const child = spawn(join(bin, 'moto_server'), ['-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(async () => {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill()) await ended;
  });
  for await (const line of createInterface(child.stderr)) {
    const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stderr.resume();
    return url;
  }
  throw new Error('moto_server ended before it served');
}
