// The data of algorithms: a channel of a training function is one that a reader takes. Checked by `npx tsc`, never run.
import { type Batch, type ChannelReader, channelReader, type TrainingChannel } from '../../src/algorithm/index.ts';
import { expectType, type Same } from './expect-type.ts';

export const readChannel = (channel: TrainingChannel): ChannelReader => channelReader(channel, { batchRows: 100 });

export async function readBatches(reader: ChannelReader): Promise<void> {
  for await (const batch of reader.epoch()) {
    expectType<Same<typeof batch, Batch>>();
    if (batch.kind === 'sparse') expectType<Same<typeof batch.indices, Uint32Array>>();
    else expectType<Same<typeof batch.values, Float32Array | Float64Array>>();
  }
}
