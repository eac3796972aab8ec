// Stands for a process that a job has left behind: swaps the folders that are collected for links, until it is killed. Itself,
// it follows no link. Arguments: the folder of a job's hosts, and where the links lead.
import { closeSync, constants, openSync, readdirSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';

const [hosts = '', target = ''] = process.argv.slice(2);
const FOLDERS = [
  ['', ['model', 'output', 'checkpoints']],
  ['output', ['data']],
  ['model', ['sub']],
  ['checkpoints', ['sub']],
];
const PAUSE = new Int32Array(new SharedArrayBuffer(4));
const { O_DIRECTORY, O_NOFOLLOW } = constants;

/** Errors are part of it: optml moves and removes the same folders. */
function attempt(action) {
  try {
    action();
  } catch {}
}

function withFolder(path, act) {
  const descriptor = openSync(path, O_DIRECTORY | O_NOFOLLOW);
  try {
    act(`/proc/self/fd/${descriptor}`);
  } finally {
    closeSync(descriptor);
  }
}

function swap(path) {
  attempt(() => renameSync(path, `${path}-away`));
  attempt(() => symlinkSync(target, path));
  Atomics.wait(PAUSE, 0, 0, 1);
  attempt(() => unlinkSync(path));
  attempt(() => renameSync(`${path}-away`, path));
}

function swapAll(folder, names) {
  for (const name of names) swap(`${folder}/${name}`);
}

function swapIn(ml) {
  for (const [parent, names] of FOLDERS) {
    attempt(() => withFolder(parent === '' ? `${ml}/.` : `${ml}/${parent}`, (folder) => swapAll(folder, names)));
  }
}

process.stdout.write('ready\n');
for (;;) {
  attempt(() => {
    for (const host of readdirSync(hosts)) withFolder(`${hosts}/${host}/ml`, swapIn);
  });
  Atomics.wait(PAUSE, 0, 0, 2);
}
