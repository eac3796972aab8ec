// Runs on a thread of its own: sums contents that come in blocks, several at the same time.
import { parentPort } from 'node:worker_threads';
import { type ContentSums, contentSums } from './content-sums.ts';
import type { FromSumThread, ToSumThread } from './sum-messages.ts';

if (parentPort !== null) sumAll(parentPort);

function sumAll(port: NonNullable<typeof parentPort>): void {
  const contents = new Map<number, ContentSums>();
  port.on('message', async (message: ToSumThread) => {
    const { id } = message;
    if ('begin' in message) contents.set(id, contentSums(message.begin));
    else if ('block' in message) {
      const { block, length } = message;
      void contents.get(id)?.update(new Uint8Array(block, 0, length));
      port.postMessage({ id, block } satisfies FromSumThread, [block]);
    } else {
      const content = contents.get(id);
      contents.delete(id);
      if ('end' in message && content !== undefined) {
        port.postMessage({ id, sums: await content.result() } satisfies FromSumThread);
      }
    }
  });
}
