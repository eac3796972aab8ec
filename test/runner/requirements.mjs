// What a lane needs of the machine.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The reason why this machine cannot run a lane, or undefined. */
export function whyNot(lane, { nodes }) {
  for (const [program, reason] of Object.entries(lane.requires ?? {})) {
    if (spawnSync(program, ['--version'], { stdio: 'ignore' }).status !== 0) {
      return `${program} is not installed: ${reason}`;
    }
  }
  if (lane.recorded === 'NODE_24' && nodes.NODE_24 === '') return 'OPTML_TEST_NODE24 does not name a Node 24 binary';
  return lane.engine === undefined ? undefined : whyNoEngine(lane.engine);
}

const answers = new Map();

function whyNoEngine(engine) {
  if (!answers.has(engine)) answers.set(engine, askEngine(engine));
  return answers.get(engine);
}

function askEngine(engine) {
  const { status, stderr, error } = spawnSync(engine, ['version'], { encoding: 'utf8', timeout: 20_000 });
  if (status === 0) return undefined;
  const lastLine = (stderr ?? '').trim().split('\n').at(-1);
  const problem = error?.code === 'ENOENT' ? 'is not installed' : `does not answer (${lastLine || error?.message})`;
  return `${engine} ${problem}: no image can be built or run. See test/container/lab/README.md`;
}

/** The named lanes, and those that they need; without names all. A fresh build is not repeated. */
export async function withNeeded(names, { all, root }) {
  if (names.length === 0) return all;
  const wanted = new Set(names);
  const add = (name) => {
    for (const needed of all.find((lane) => lane.name === name).needs ?? []) {
      wanted.add(needed);
      add(needed);
    }
  };
  for (const name of names) add(name);
  if (!names.includes('build') && (await isBuildFresh(root))) wanted.delete('build');
  return all.filter(({ name }) => wanted.has(name));
}

// Compared as test/support/fresh-build.ts does in each test process.
async function isBuildFresh(root) {
  const { HASH_FILE, sourceHash } = await import('../../.build/source-hash.mjs');
  const file = join(root, HASH_FILE);
  return existsSync(file) && readFileSync(file, 'utf8') === sourceHash(root);
}
