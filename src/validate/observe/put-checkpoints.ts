import { lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fs from 'fs-extra';
import { RELATIVE_PATHS } from '../../contract/paths.ts';
import type { TestRun } from './test-run.ts';

/** Makes the folder of a host's checkpoints, where the job has any, with what lies in `from` (absolute). */
export function putCheckpoints(mlDir: string, { scenario, request }: TestRun, from: string | undefined): void {
  if (request.CheckpointConfig === undefined) return;
  const dir = join(mlDir, RELATIVE_PATHS.checkpointDir);
  mkdirSync(dir, { recursive: true });
  if (from === undefined) return;
  fs.copySync(from, dir);
  if (scenario.checkpoints?.withMarkers === true) putMarkers(dir);
}

// Beside each file there is an empty one, and one more of an upload that was broken off.
function putMarkers(dir: string): void {
  const files = filesIn(dir);
  for (const file of files) writeFileSync(`${file}.sagemaker-uploaded`, '');
  const [first] = files;
  if (first !== undefined) writeFileSync(`${first}.sagemaker-uploading`, '');
}

function filesIn(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((file) => lstatSync(file).isFile())
    .sort();
}
