import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3Uri } from '../../contract/location.ts';
import type { Log } from '../../log/log.ts';
import type { ContentStore } from '../../storage/content-store.ts';
import { type LocalFile, listTree } from './local-tree.ts';
import { treeKey } from './remote-tree.ts';
import { countOf, planTree, type SendContext, sendTree, type TreeFile, type TreePlan } from './send-tree.ts';
import { sourceArchive } from './source-archive.ts';
import { sumFiles } from './sums/sum-files.ts';
import type { LocalLocation, LocationUpload, Uploader, UploadOptions, UploadTarget } from './uploader.ts';

/** What an uploader works with. */
export interface UploaderSettings {
  readonly target: UploadTarget;
  /** Region, endpoint and keys of S3, `OPTML_HOME`. Without keys, the SDK's own chain is asked. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly log: Pick<Log, 'info' | 'warn' | 'debug'>;
  /** The account that owns the credentials, if the default bucket may be created: `sagemaker-REGION-ACCOUNT`. */
  readonly accountId?: (() => Promise<string>) | undefined;
}

/** Opens an uploader. Nothing is sent before it is needed. */
export function openUploader(settings: UploaderSettings): Uploader {
  let store: Promise<ContentStore> | undefined;
  const open = () => {
    store ??= import('#storage/content-store').then(({ openContentStore }) =>
      openContentStore(settings.variables, settings.log),
    );
    return store;
  };
  const prepare = (location: LocalLocation, options: UploadOptions | undefined, action: Action) =>
    withWorkDir((workDir) => run({ settings, location, options, workDir, open }, action));
  return {
    plan: (location, options) => prepare(location, options, async (_, plan) => resultOf(plan)),
    upload: (location, options) =>
      prepare(location, options, async (context, plan) => ({ ...resultOf(plan), ...(await sendTree(plan, context)) })),
    close: () => {
      void store?.then((opened) => opened.close());
    },
  };
}

type Result = Pick<LocationUpload, 'present' | 'copied' | 'sent'>;
type Action = (context: SendContext, plan: TreePlan) => Promise<Result>;

interface Run {
  readonly settings: UploaderSettings;
  readonly location: LocalLocation;
  readonly options: UploadOptions | undefined;
  readonly workDir: string;
  readonly open: () => Promise<ContentStore>;
}

async function run({ settings, location, options, workDir, open }: Run, action: Action): Promise<LocationUpload> {
  const { target, log, variables } = settings;
  const signal = options?.signal ?? new AbortController().signal;
  const warn = (line: string) => log.warn(`${location.name}: ${line}`);
  const files: readonly LocalFile[] =
    location.kind === 'source'
      ? [await sourceArchive(location, { workDir, variables, signal, say: log.info })]
      : await listTree(location, { signal, warn });
  const contents = await sumFiles(location, files, signal);
  const treeFiles = files.map(({ path, file }, index): TreeFile => ({ path, file, content: contents[index] as never }));
  const total = countOf(treeFiles).bytes;
  let done = 0;
  const onBytes = (bytes: number) => {
    done += bytes;
    options?.onProgress?.(location, done, total);
  };
  const context: SendContext = { store: await open(), target, signal, onBytes };
  const plan = await planTree({ location, files: treeFiles }, context);
  const result = await action(context, plan);
  const [only] = files;
  const isFile = location.kind !== 'tree' || (files.length === 1 && only?.file === location.path);
  const key = `${treeKey(plan.tree)}${isFile ? only?.path : ''}`;
  return { location, uri: s3Uri({ bucket: target.bucket, key }), ...result };
}

function resultOf({ present, copies, missing }: TreePlan): Result {
  return { present: countOf(present), copied: countOf(copies.map(({ file }) => file)), sent: countOf(missing) };
}

async function withWorkDir<Result>(action: (dir: string) => Promise<Result>): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'optml-upload-'));
  try {
    return await action(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
