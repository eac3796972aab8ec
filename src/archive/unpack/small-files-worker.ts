// Runs on a thread of its own: writes small files beside the thread that unpacks.
import { workerData } from 'node:worker_threads';
import { FileSlots } from './file-slots.ts';

new FileSlots(workerData as SharedArrayBuffer).writeUntilOver();
