import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { channelContent } from '../../../src/training/pipe/channel-content.ts';
import { temporaryFolder } from '../../support/job.ts';

test('an abort within a file ends the epoch with the reason of the signal', async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'large'), Buffer.alloc(1 << 20));
  const controller = new AbortController();
  const reason = new Error('enough');
  const read = async () => {
    const channel = { name: 'training', dir, inputMode: 'File' };
    for await (const _chunk of channelContent(channel, 0, { signal: controller.signal })) controller.abort(reason);
  };
  await assert.rejects(read, (error) => error === reason);
});
