// Matches lines with metrics' regular expressions in a thread of its own, since one that backtracks endlessly can only be
// ended together with its thread.
import { parentPort, workerData } from 'node:worker_threads';
import { batchMatcher } from './match-batch.ts';
import type { Batch, WorkerStart } from './messages.ts';

const match = batchMatcher(workerData as WorkerStart);

parentPort?.on('message', (batch: Batch) => parentPort?.postMessage(match(batch)));
