import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type S3Location, s3Uri } from '../../contract/location.ts';
import type { Log } from '../../log/log.ts';
import type { ContentStore } from '../../storage/content-store.ts';
import type { SessionOptions } from '../../storage/s3-session.ts';
import { createBucket, type FoundBucket, findBucket, type UploadBucket } from './bucket.ts';
import type { LocalFile } from './local-tree.ts';
import { prepareLocation } from './prepared-location.ts';
import { treeKey } from './remote-tree.ts';
import { countOf, planTree, type SendContext, type SentTree, sendTree, type TreePlan } from './send-tree.ts';
import { openTreeReader, type TreeReader } from './tree-files.ts';
import type { FileCount, LocalLocation, LocationUpload, Uploader, UploadOptions, UploadTarget } from './uploader.ts';

/** What an uploader works with. */
export interface UploaderSettings {
  readonly target: UploadTarget;
  /** Region, endpoint and keys of S3, `OPTML_HOME`. Without keys, the SDK's own chain finds them. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly log: Pick<Log, 'info' | 'warn' | 'debug'>;
  /** The region of the job. By default that of the variables. */
  readonly region?: string | undefined;
  /** The account of the credentials. With it, the default bucket `sagemaker-REGION-ACCOUNT` is created if it is missing. */
  readonly accountId?: (() => Promise<string>) | undefined;
  /** Whether the bucket is created if it is missing, whatever its name is: at an endpoint on this machine. By default not. */
  readonly isBucketMade?: boolean | undefined;
  /** How patient requests to S3 are, where it differs from the default. */
  readonly patience?: SessionOptions;
}

const NEVER = new AbortController().signal;

/** Opens an uploader. Nothing is sent before it is needed. */
export function openUploader(given: UploaderSettings): Uploader {
  const settings = { ...given, log: onceSaid(given.log) };
  const open = onceOpened(() => openBucket(settings));
  const reader = openTreeReader(settings.variables);
  const run = (location: LocalLocation, options: UploadOptions | undefined, action: Action) =>
    withWorkDir(async (workDir) => {
      const signal = options?.signal ?? NEVER;
      signal.throwIfAborted();
      const opened = await open(signal);
      const progress = new Progress(location, options?.onProgress);
      return await uploadLocation({ ...opened, settings, location, signal, workDir, reader, progress }, action);
    });
  return {
    plan: (location, options) => run(location, options, async (plan) => planned(plan)),
    upload: (location, options) =>
      run(location, options, async (plan, context) => {
        await open.create(context.signal);
        return await sendTree(plan, context);
      }),
    close: () => open.close(),
  };
}

/** A log of which each line appears once: a plan and its upload read the same files. */
function onceSaid(log: UploaderSettings['log']): UploaderSettings['log'] {
  const said = new Set<string>();
  const once = (say: (message: string) => void) => (message: string) => {
    if (said.has(message)) return;
    said.add(message);
    say(message);
  };
  return { info: once(log.info), warn: once(log.warn), debug: log.debug };
}

interface OpenedBucket {
  readonly bucket: UploadBucket;
  readonly found: FoundBucket;
}

async function openBucket(settings: UploaderSettings) {
  const { target, variables, log, region, accountId, patience, isBucketMade: isMade } = settings;
  const { openContentStore } = await import('#storage/content-store');
  const withRegion = region === undefined ? variables : { ...variables, AWS_REGION: region };
  const store = openContentStore(withRegion, log, patience);
  const bucket: UploadBucket = { store, bucket: target.bucket, accountId, isMade };
  return { bucket, find: (signal: AbortSignal) => findBucket(bucket, signal) };
}

/** The bucket: S3 says once whether it exists, after a failure again. */
function onceOpened(start: () => ReturnType<typeof openBucket>) {
  let opened: ReturnType<typeof openBucket> | undefined;
  let found: Promise<FoundBucket> | undefined;
  const open = async (signal: AbortSignal): Promise<OpenedBucket> => {
    opened ??= start();
    const { bucket, find } = await opened;
    found ??= find(signal).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return { bucket, found: await found };
  };
  return Object.assign(open, {
    create: async (signal: AbortSignal) => {
      const { bucket, found: before } = await open(signal);
      if (before.isToCreate) await createBucket(bucket, signal);
      found = Promise.resolve({ isToCreate: false });
    },
    close: () => {
      void opened?.then(({ bucket }) => bucket.store.close());
    },
  });
}

type Action = (plan: TreePlan, context: SendContext) => Promise<SentTree>;

interface LocationRun extends OpenedBucket {
  readonly settings: UploaderSettings;
  readonly location: LocalLocation;
  readonly signal: AbortSignal;
  readonly workDir: string;
  readonly reader: TreeReader;
  readonly progress: Progress;
}

/** Prepares a location, and calls `action` for each of its trees: of a manifest, that of its files and that of itself. */
async function uploadLocation(run: LocationRun, action: Action): Promise<LocationUpload> {
  const { settings, location, signal, workDir } = run;
  const { files, writeManifest } = await prepareLocation(location, { ...settings, workDir, signal });
  const data = await uploadTree(run, files, action);
  if (writeManifest === undefined) {
    const [only] = files;
    const isFile = location.kind !== 'tree' || only?.file === location.path;
    return { location, uri: s3Uri(isFile ? below(data.folder, only) : data.folder), ...data.done };
  }
  const manifest = await writeManifest(s3Uri(data.folder));
  const rewritten = await uploadTree(run, [manifest], action);
  return { location, uri: s3Uri(below(rewritten.folder, manifest)), ...sumOf(data.done, rewritten.done) };
}

async function uploadTree({ settings, ...run }: LocationRun, files: readonly LocalFile[], action: Action) {
  const { location, signal, reader, progress, bucket, found } = run;
  const treeFiles = await reader.read(location, files, signal);
  progress.expect(countOf(treeFiles).bytes);
  const context: SendContext = {
    store: found.isToCreate ? withoutObjects(bucket.store) : bucket.store,
    target: settings.target,
    signal,
    onBytes: (bytes) => progress.add(bytes),
  };
  const plan = await planTree({ location, files: treeFiles }, context);
  const done = await action(plan, context);
  const folder: S3Location = { bucket: plan.tree.bucket, key: treeKey(plan.tree) };
  return { folder, done };
}

/** Before a bucket is created, there is nothing to list. */
function withoutObjects(store: ContentStore): ContentStore {
  return { ...store, list: async function* () {} };
}

function below(folder: S3Location, file: LocalFile | undefined): S3Location {
  return { ...folder, key: `${folder.key}${file?.path ?? ''}` };
}

function planned({ present, copies, missing }: TreePlan): SentTree {
  return { present: countOf(present), copied: countOf(copies.map(({ file }) => file)), sent: countOf(missing) };
}

function sumOf(one: SentTree, other: SentTree): SentTree {
  const add = (a: FileCount, b: FileCount) => ({ files: a.files + b.files, bytes: a.bytes + b.bytes });
  return {
    present: add(one.present, other.present),
    copied: add(one.copied, other.copied),
    sent: add(one.sent, other.sent),
  };
}

/** Adds up the bytes of a location. */
class Progress {
  readonly #location: LocalLocation;
  readonly #report: UploadOptions['onProgress'];
  #done = 0;
  #total = 0;

  constructor(location: LocalLocation, report: UploadOptions['onProgress']) {
    this.#location = location;
    this.#report = report;
  }

  expect(bytes: number): void {
    this.#total += bytes;
  }

  add(bytes: number): void {
    this.#done += bytes;
    this.#report?.(this.#location, this.#done, this.#total);
  }
}

async function withWorkDir<Result>(action: (dir: string) => Promise<Result>): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'optml-upload-'));
  try {
    return await action(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
