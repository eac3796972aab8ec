// Records what a training program prints and saves, outside of everything that optml collects.
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const { PROGRAM_TRUTH = '', SM_CURRENT_HOST = 'algo-1' } = process.env;

function record(entry) {
  appendFileSync(join(PROGRAM_TRUTH, `${SM_CURRENT_HOST}.jsonl`), `${JSON.stringify(entry)}\n`);
}

/** A value that the program has printed, as it was printed: rounded, as text or number. */
export function metric(name, value) {
  record({ metric: name, value: String(value) });
}

/** The files of a folder: kind is "model", "output", "found" (checkpoints at the start) or "checkpoints". */
export function folder(kind, path) {
  const files = {};
  for (const name of readdirSync(path, { recursive: true })) {
    const file = join(path, name);
    if (!statSync(file).isFile()) continue;
    files[relative(path, file)] = createHash('sha256').update(readFileSync(file)).digest('hex');
  }
  record({ folder: kind, files });
}
