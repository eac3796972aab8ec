import { dirname } from 'node:path';
import { DEFAULT_BASE_DIR, RELATIVE_PATHS } from '../../../contract/paths.ts';
import type { Check } from '../../check.ts';
import type { HostObservation } from '../../observe/observation.ts';
import { evidenceOf, MOST_LISTED } from '../support/evidence.ts';
import { fail, notApplicable, pass, skipped, unknown } from '../support/findings.ts';
import { onFirstHost } from '../support/on-first-host.ts';
import { mustSucceed, onSuccess } from '../support/on-success.ts';
import { filesBelow, hasSucceeded, pathInMl, unseenIn } from '../support/outcome.ts';

/** Contract C9: what survives the container. */
export const filesBelowMl: Check = {
  id: 'files-in-place',
  clause: 'C9',
  severity: 'should',
  title: 'It writes nothing where it is lost',
  probe:
    'After the job has succeeded, what differs from the image is listed, and what is below /opt/ml. Scratch files and caches (/tmp, /var, /run, names that begin with a dot, compiled Python, installed packages) do not count.',
  why: 'Only /opt/ml/model, /opt/ml/output/data, checkpoints and the failure file outlive the container.',
  fix: 'Write results to /opt/ml/model or /opt/ml/output/data, and scratch files to /tmp.',
  run: (subject) =>
    onSuccess(subject, ({ observation, host }) => {
      const lost = [...lostBelowMl(host), ...(host.changes ?? []).flatMap(lostInImage)].sort();
      const evidence = evidenceOf(observation, host, { files: lost.slice(0, MOST_LISTED) });
      if (lost.length > 0) {
        return fail(`it leaves ${lost.length} file(s) where they are lost: ${lost[0]}`, evidence);
      }
      const unseen = unseenIn(host, '');
      if (unseen !== undefined) return unknown(`not all of its files could be looked at: ${unseen}`, evidence);
      if (host.changes === undefined && subject.kind !== 'command')
        return unknown('this engine does not report changes of other files', evidence);
      return pass('it writes to its own places only', evidence);
    }),
};

const KEPT = /^(?:model|checkpoints|output\/(?:data|intermediate|metrics|profiler|tensors|tensorboard))(?:\/|$)/;
const { modelDir, outputDir, outputDataDir, checkpointDir } = RELATIVE_PATHS;
const { failureFile, successFile, modelArchiveFile } = RELATIVE_PATHS;
const KEPT_FILES: readonly string[] = [failureFile, successFile, modelArchiveFile];
/** A link or a file in their place is not collected. */
const KEPT_FOLDERS: readonly string[] = [modelDir, outputDir, outputDataDir, checkpointDir];

function lostBelowMl({ files }: HostObservation): readonly string[] {
  const isKept = (path: string) => KEPT_FILES.includes(path) || (KEPT.test(path) && !KEPT_FOLDERS.includes(path));
  const lost = files.filter(({ path, kind }) => kind !== 'folder' && !isKept(path));
  return lost.filter(({ path }) => !CACHES.test(`/opt/ml/${path}`)).map(({ path }) => pathInMl(path));
}

const SCRATCH = /^\/(?:tmp|run|dev|proc|sys|etc|var|opt\/ml\/(?:input|model|output|checkpoints|code))(?:\/|$)/;
const CACHES =
  /\/\.[^/]+(?:\/|$)|\/__pycache__(?:\/|$)|\.py[co]$|\/(?:site-packages|dist-packages|node_modules)(?:\/|$)/;

// The engine lists folders as well, each before what is in it: only what has nothing below it is a thing of its own.
function lostInImage(change: string, index: number, all: readonly string[]): readonly string[] {
  const [, path] = /^A (\/.+)$/.exec(change) ?? [];
  if (path === undefined || SCRATCH.test(path) || CACHES.test(path) || MOUNT_POINTS.includes(path)) return [];
  return all.some((other, at) => at !== index && other.slice(2).startsWith(`${path}/`)) ? [] : [path];
}

const MOUNT_POINTS: readonly string[] = [dirname(DEFAULT_BASE_DIR), DEFAULT_BASE_DIR];

/** Contract C9: an image with a user of its own. */
export const platformFolders: Check = {
  id: 'platform-folders',
  clause: 'C9',
  severity: 'should',
  title: 'Its user may write where the platform lets root write',
  probe:
    'An image with a USER is run with the folders as the platform has them: they belong to root, and only root may write.',
  why: 'In recorded jobs /opt/ml/model and /opt/ml/output/data belong to root, mode 0755: another user cannot save the model.',
  fix: 'Leave USER out of the image, or start as root and give rights up after the folders were handed over.',
  run: (subject) =>
    onSuccess(subject, async () => {
      if (subject.image === undefined) return skipped('there is no image');
      const { user } = subject.image;
      if (/^(?:root|0)?(?::.*)?$/.test(user)) return pass('it runs as root');
      return mustSucceed(subject, {
        scenario: {
          id: 'platform-folders',
          about: 'the job with folders that belong to root, mode 0755',
          hasPlatformOwnership: true,
        },
        passed: `its user ${user} can do with folders that belong to root`,
        failed: `where the folders belong to root, its user ${user}`,
      });
    }),
};

/** Contract C9, advice: any user. */
export const otherUser: Check = {
  id: 'other-user',
  clause: 'C9',
  severity: 'advice',
  title: 'It runs as a user without a name, too',
  probe: 'The job is run as the user 1234, group 1234, who may write to the folders of the job.',
  why: 'The platform runs it as the image says, root by default. Other runners (rootless engines, Kubernetes, shared machines) do not allow root.',
  fix: "Do not write to home folders or to the program's own; make files of the image readable to all.",
  run: (subject) =>
    mustSucceed(subject, {
      scenario: { id: 'other-user', about: 'the job as the user 1234', limits: { user: '1234:1234' } },
      passed: 'it runs as another user',
      failed: 'as the user 1234 it',
    }),
};

/** Contract C9, advice: a read-only image. */
export const readOnlyRoot: Check = {
  id: 'read-only-root',
  clause: 'C9',
  severity: 'advice',
  title: 'It runs on a read-only root file system',
  probe: 'The job is run with everything read-only but /tmp and its own folders below /opt/ml.',
  why: 'What a container writes elsewhere fills the disk of the engine, is lost, and keeps it from hardened machines.',
  fix: 'Write scratch files to /tmp; set HOME and the caches of libraries to a folder there.',
  run: (subject) =>
    mustSucceed(subject, {
      scenario: {
        id: 'read-only-root',
        about: 'the job with a read-only root file system',
        // One of the job's own folders, whether it uses it or not.
        checkpoints: {},
        limits: { isReadOnlyRoot: true },
      },
      passed: 'it runs on a read-only root file system',
      failed: 'on a read-only root file system it',
    }),
};

/** Where no control group shows the memory of a host. */
export const UNSEEN_MEMORY =
  'its memory cannot be seen from here: validate an image, or let optml make control groups (see --memory in docs/engines.md)';

const LEAST_BYTES = 8 << 20;
const PAGE = 4096;

/** Contract C50: killed for memory. */
export const outOfMemory: Check = {
  id: 'out-of-memory',
  clause: 'C50',
  severity: 'must',
  title: 'A job that runs out of memory does not report success',
  probe:
    'The job is run with half of the memory that it has used before. It may do with it, or fail; it may not end with 0 without its model.',
  why: 'The kernel kills the process that takes most, often not the first one: a wrapper that does not look at its child reports success.',
  fix: 'Pass the exit code of the program on; a child that was ended by a signal has failed.',
  run: (subject) =>
    onSuccess(subject, async ({ host: baseline }) => {
      const peak = baseline.peakMemoryBytes;
      if (peak === undefined) return skipped(UNSEEN_MEMORY);
      if (filesBelow(baseline, 'model').length === 0) return notApplicable('there is no model to be missing');
      if (peak / 2 < LEAST_BYTES) return notApplicable('it takes too little memory for half of it to be a limit');
      const memoryBytes = Math.floor(peak / 2 / PAGE) * PAGE;
      const observation = await subject.observe({
        id: 'out-of-memory',
        about: `the job with ${megabytes(memoryBytes)}`,
        limits: { memoryBytes },
      });
      return onFirstHost(observation, (host) => {
        const evidence = evidenceOf(observation, host, { notes: [`It has taken ${megabytes(peak)} before.`] });
        if (host.startError !== undefined || host.isTimedOut)
          return unknown('it did not run with less memory', evidence);
        const [warning] = observation.warnings.filter((text) => text.includes('is not limited'));
        if (warning !== undefined) return unknown(warning, evidence);
        if (!hasSucceeded(host))
          return pass(`with ${megabytes(memoryBytes)} it ends with exit code ${host.exitCode}`, evidence);
        if (filesBelow(host, 'model').length > 0) return pass(`it runs with ${megabytes(memoryBytes)}`, evidence);
        const unseen = unseenIn(host, 'model');
        if (unseen !== undefined) return unknown(`not all of the model could be looked at: ${unseen}`, evidence);
        return fail(`with ${megabytes(memoryBytes)} it reports success, without its model`, evidence);
      });
    }),
};

/** For people: `120 MiB`. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / (1 << 20))} MiB`;
}
