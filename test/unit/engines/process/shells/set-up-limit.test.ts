import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Namespaces } from '../../../../../src/engines/process/namespaces.ts';
import { makeJobNetwork } from '../../../../../src/engines/process/network/job-network.ts';
import { chooseSubnet } from '../../../../../src/engines/process/network/subnet.ts';
import { startHostShell } from '../../../../../src/engines/process/shells/host-shell.ts';
import { temporaryFolder } from '../../../../support/job.ts';
import { watchdogStandIn } from '../../../../support/process-hosts.ts';
import { processesNaming, waitFor } from '../../../../support/processes.ts';

const LATE = 'the set-up did not end within 0.3 s';

/** A program that never answers, and a word that its processes carry. */
function hangingTool(t: TestContext): { readonly tool: string; readonly namespaces: Namespaces } {
  const tool = join(temporaryFolder(t), 'tool');
  writeFileSync(tool, `#!/bin/sh\nsh -c ': "$1"; sleep 600; :' sh "$0" &\nwait\n`);
  chmodSync(tool, 0o755);
  const others = { mount: tool, nsenter: tool, hostname: tool, isRootless: false, isUserRoot: true };
  return { tool, namespaces: { unshare: tool, ...others } };
}

async function assertEnded(word: string): Promise<void> {
  await waitFor('all processes have ended', () => processesNaming(word).length === 0);
}

test('a host whose shell never answers is killed, and the reason is given', { timeout: 20_000 }, async (t) => {
  const { tool, namespaces } = hangingTool(t);
  const dir = temporaryFolder(t);
  const shell = startHostShell({
    around: { namespaces, network: [] },
    cwd: dir,
    variables: { PATH: process.env['PATH'] ?? '' },
    prepare: () => ({ replacements: [], hostName: 'host', fifo: join(dir, 'output'), ahead: undefined }),
    limitMs: 300,
  });
  assert.equal(await shell.isUp, false);
  assert.equal((await shell.exited).startError, LATE);
  await assertEnded(tool);
});

test('a network whose tools never answer is killed, and the reason is given', { timeout: 20_000 }, async (t) => {
  const { tool, namespaces } = hangingTool(t);
  const problem = await makeJobNetwork({
    namespaces,
    ip: tool,
    subnet: chooseSubnet('job'),
    watchdog: watchdogStandIn,
    limitMs: 300,
  });
  assert.equal(problem, LATE);
  await assertEnded(tool);
});
