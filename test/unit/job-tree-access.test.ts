import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/job.ts';

const SRC = join(ROOT, 'src');

/** The folders that handle what a job can write. `train` itself runs beside the job, with the same rights. */
const WATCHED: readonly string[] = ['artifacts', 'engines', 'jobs', 'local', 'staging', 'validate'];

/**
 * The only files in them that call functions of the file system themselves, and why no job can lead them elsewhere. All others
 * go through src/job-tree.
 */
const USERS: Readonly<Record<string, string>> = {
  'artifacts/empty-archive.ts': 'train: looks for names, and writes the archive at its place',
  'artifacts/folder-files.ts': 'train: the state of one file, links as in the reference',
  'artifacts/folder-sync.ts': 'train: the real path, to compare it with open files',
  'artifacts/intermediate.ts': 'train: whether the folder exists',
  'artifacts/make-directory.ts': 'train: makes folders before the program runs',
  'artifacts/package-artifacts.ts': 'train: checks for links, removes its own unfinished archives',
  'artifacts/upload-archives.ts': 'train: its own archives',
  'engines/container/container-session.ts': 'files of the engine, in a folder that no host sees',
  'engines/container/find-engine.ts': 'programs of this machine',
  'engines/container/image.ts': "the user's project",
  'engines/container/killed-job.ts': 'whether the folder of the hosts exists',
  'engines/container/mount-arguments.ts': 'sources of channels',
  'engines/missing-path-hint.ts': 'whether a path of this machine exists',
  'engines/process/driver-marks.ts': 'fixed names in /tmp: removes a link itself',
  'engines/process/environment-file.ts': 'a file of the engine, in a folder of its own',
  'engines/process/shells/host-shell.ts': 'whether a folder above the job can be entered',
  'engines/process/shells/host-shells.ts': 'files of the engine, in a folder of its own',
  'engines/process/hosts-files.ts': 'files of the engine, in a folder of its own',
  'engines/process/memory/group-parent.ts': 'control groups of this machine',
  'engines/process/memory/left-groups.ts': 'control groups of this machine',
  'engines/process/memory/memory-group.ts': 'control groups of this machine',
  'engines/process/mounts/added-folder.ts': 'folders of this machine; files of the engine, in a folder of its own',
  'engines/process/mounts/mount-options.ts': 'sources of channels',
  'engines/process/mounts/mount-plan.ts': 'makes the places of mounts before the host runs, in new folders',
  'engines/process/mounts/needed-paths.ts': 'links among folders of this machine',
  'engines/process/mounts/opt-ml.ts': 'whether this machine has /opt/ml; a new folder for temporary files',
  'engines/process/mounts/own-interfaces.ts': 'files of the engine, in a folder of its own',
  'engines/process/mounts/shared-memory.ts': 'whether this machine has /dev/shm',
  'engines/process/mounts/ssh-run-folder.ts': 'whether this machine has a folder',
  'engines/process/mpi-keys.ts': 'files of the engine, in a folder of its own',
  'engines/process/network/internet.ts': 'a device of this machine',
  'engines/process/process.ts': 'whether the folder of the code exists, before the host runs',
  'engines/process/run-host.ts': 'files of the engine, in a folder of its own',
  'engines/process/train-ahead.ts': 'files of the engine, in a folder of its own',
  'jobs/claim.ts': "the folders of jobs: no host sees a job's own folder",
  'jobs/job-index.ts': 'the index of jobs',
  'jobs/job-store.ts': 'the folders of jobs',
  'jobs/logs/files.ts': "logs, in the job's own folder",
  'jobs/logs/writer.ts': "logs, in the job's own folder",
  'jobs/metrics/series-file.ts': "metrics, in the job's own folder",
  'jobs/owned-folder.ts': 'folders of this process, beside those of jobs',
  'jobs/record-file.ts': "the record, in the job's own folder",
  'jobs/sleeping-owner.ts': 'FIFOs in a folder of optml',
  'jobs/watch-stop.ts': "the request to stop, in the job's own folder",
  'local/algorithm-problems.ts': "the specification in the user's source",
  'local/clean-up-killed.ts': 'whether a report exists',
  'local/deliver/deliver-job.ts': "the folder of kept artifacts, in the job's own folder",
  'local/deliver/delivery-lock.ts': "the lock, in the job's own folder",
  'staging/channels/file/file-channel.ts': "data of the user's, and copies that hosts can only read",
  'staging/channels/file/links-out.ts': "data of the user's",
  'staging/channels/file/local-files.ts': "data of the user's",
  'staging/channels/file/write-objects.ts': 'copies that hosts can only read',
  'staging/channels/objects/known-length.ts': 'files that no host sees',
  'staging/channels/objects/manifest.ts': "data of the user's",
  'staging/channels/objects/sources.ts': 'files that no host sees',
  'staging/channels/pipe/fifo.ts': 'FIFOs by a path in an open folder',
  'staging/checkpoint-store.ts': 'makes the folder that the user names: no job can replace it',
  'staging/delivery/check-locations.ts': 'locations that the user names',
  'staging/delivery/sudo-owner.ts': 'the owners of locations that the user names',
  'staging/source/foreign-modules.ts': "packages in the user's source",
  'staging/input-problems.ts': "the user's source and data, before a job has them",
  'staging/job-code.ts': 'the real paths of locations that the user names',
  'staging/open-session.ts': 'the folder of the engine',
  'staging/outputs.ts': 'makes the location that the user names; its own archive',
  'staging/project.ts': "the user's project",
  'staging/source/source-selection.ts': "the user's source",
  'staging/source/virtual-environment.ts': "the user's source",
  'validate/observe/disk/disk-guard.ts': 'free space of the disk',
  'validate/observe/left-files/checkpoint-reads.ts': 'descriptors of files that a JobFolder has opened',
  'validate/command-words.ts': 'whether a script of the user exists',
  'validate/open-target.ts': "the user's project",
  'validate/target.ts': "the user's project",
};

/** They take descriptors only, which src/job-tree has opened. */
const BY_DESCRIPTOR: ReadonlySet<string> = new Set([
  'closeSync',
  'fchmodSync',
  'fstatSync',
  'fsync',
  'readSync',
  'constants',
]);

function pathFunctionsOf(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const imports = text.matchAll(/^import (?!type )(\w+|\{[^}]*\}) from '(?:node:fs(?:\/promises)?|fs-extra)';/gm);
  return [...imports]
    .flatMap(([, names = '']) => names.replaceAll(/[{}]/g, '').split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type ') && !BY_DESCRIPTOR.has(name));
}

test('only listed files use the file system by paths; all access to what a job can write goes through src/job-tree', () => {
  const files = WATCHED.flatMap((folder) =>
    readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
  assert.ok(files.length > 50, 'the sources were found');
  const users = files.filter((file) => pathFunctionsOf(file).length > 0);
  assert.deepEqual(users.sort(), Object.keys(USERS).sort());
});

test('no file of them copies or removes trees with a function that follows or races with links', () => {
  const forbidden =
    /\b(?:cpSync|promises\.cp|copySync|fs\.copy|rmSync\([^\n]*recursive|promises\.rm\([^\n]*recursive)\b/;
  const users = Object.keys(USERS).filter((file) => forbidden.test(readFileSync(join(SRC, file), 'utf8')));
  const reasons = {
    'engines/process/train-ahead.ts': 'its own folder',
    'jobs/claim.ts': 'a draft that no host has seen',
    'jobs/job-index.ts': 'whatever is in the place of the index',
    'jobs/owned-folder.ts': 'folders of processes that never were a job',
  };
  assert.deepEqual(users.sort(), Object.keys(reasons).sort());
});
