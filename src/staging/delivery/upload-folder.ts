import { isUtf8 } from 'node:buffer';
import { closeSync } from 'node:fs';
import { locationBelow, type S3Location } from '../../contract/location.ts';
import type { JobFolder } from '../../job-tree/job-folder.ts';
import { bytesOf, readable, shownName } from '../../job-tree/raw-name.ts';
import { type TreeEntry, walkTree } from '../../job-tree/walk-tree.ts';
import type { OpenFile } from '../../storage/upload-open-file.ts';
import { shortList } from './gather-outputs.ts';

/** How the files of a folder are uploaded. */
export interface FolderUpload {
  readonly location: S3Location;
  readonly send: (file: OpenFile, to: S3Location) => Promise<unknown>;
  readonly warn: (message: string) => void;
}

/** Uploads the files of a folder one by one. Warns of the entries that S3 has no object for. @throws what `send` throws; system errors. */
export async function uploadFolder(folder: JobFolder, { location, send, warn }: FolderUpload): Promise<void> {
  const lost = { links: [] as string[], 'empty folders': [] as string[], 'pipes, sockets or devices': [] as string[] };
  const others: string[] = [];
  let emptyFolder: string | undefined;
  for (const entry of walkTree(folder, { isOneDevice: true })) {
    const { path, stats } = entry;
    const shown = shownName(path);
    // What follows a folder is in it, or it is empty.
    if (emptyFolder !== undefined && !path.startsWith(`${emptyFolder}/`))
      lost['empty folders'].push(shownName(emptyFolder));
    emptyFolder = stats.isDirectory() ? path : undefined;
    if (stats.isSymbolicLink()) lost.links.push(shown);
    else if (stats.isFile() && !isUtf8(bytesOf(path))) others.push(shown);
    else if (stats.isFile()) await sendFile(entry, (file) => send(file, locationBelow(location, readable(path))));
    else if (!stats.isDirectory()) lost['pipes, sockets or devices'].push(shown);
  }
  if (emptyFolder !== undefined) lost['empty folders'].push(shownName(emptyFolder));
  for (const [kind, paths] of Object.entries({ ...lost, 'names that are not UTF-8': others })) {
    if (paths.length > 0) warn(`S3 has no ${kind}, which are not uploaded: ${shortList(paths)}`);
  }
}

async function sendFile({ folder, name, path }: TreeEntry, send: (file: OpenFile) => Promise<unknown>): Promise<void> {
  const descriptor = folder.openFile(name);
  try {
    await send({ descriptor, shown: shownName(path) });
  } finally {
    closeSync(descriptor);
  }
}
