// Runs on a thread of its own: reads a file as far as it is there, and sums it.
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { type Algorithm, makeDigest } from '../../checksum/digest.ts';

/** What the thread sums. */
export interface SumTask {
  readonly file: string;
  readonly algorithm: Algorithm;
  /** Empty: one sum of all. Else sizes in bytes, the last one repeated: the sum of the parts' sums. */
  readonly parts: readonly number[];
}

const CHUNK_BYTES = 1024 * 1024;

if (parentPort !== null) sum(workerData as SumTask, parentPort);

function sum({ file, algorithm, parts }: SumTask, port: NonNullable<typeof parentPort>): void {
  const descriptor = openSync(file, 'r');
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const isComposite = parts.length > 0;
  const whole = makeDigest(algorithm);
  let part = makeDigest(algorithm);
  let partIndex = 0;
  let partLeft = isComposite ? (parts[0] ?? 0) : Number.POSITIVE_INFINITY;
  let at = 0;

  const endPart = async () => {
    whole.update(await part.digest());
    part = makeDigest(algorithm);
    partIndex = Math.min(partIndex + 1, parts.length - 1);
    partLeft = parts[partIndex] ?? 0;
  };
  const readTo = async (end: number) => {
    while (at < end) {
      const count = readSync(descriptor, chunk, 0, Math.min(CHUNK_BYTES, end - at, partLeft), at);
      if (count === 0) throw new Error(`${file} is shorter than what was written to it`);
      (isComposite ? part : whole).update(chunk.subarray(0, count));
      at += count;
      partLeft -= count;
      if (partLeft === 0 && at < end) await endPart();
    }
  };
  // One after the other: summing waits for nothing but itself.
  let turn = Promise.resolve();
  port.on('message', (message: number | { readonly total: number }) => {
    turn = turn.then(async () => {
      await readTo(typeof message === 'number' ? message : message.total);
      if (typeof message === 'number') return;
      if (isComposite) whole.update(await part.digest());
      port.postMessage(await whole.digest());
      closeSync(descriptor);
      port.close();
    });
  });
}
