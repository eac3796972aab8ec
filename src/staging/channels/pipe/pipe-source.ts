import { readLocation } from '../channel-location.ts';
import type { ChannelObject } from '../objects/channel-object.ts';
import { type Delivery, deliverObject } from './deliver-object.ts';

/** What a Pipe channel delivers: items that can be shuffled and dealt. */
export interface PipeSource {
  /** How many items there are: objects, or lines of an augmented manifest. */
  readonly count: number;
  /** The bytes of the items with these indexes, one after the other. Nothing stays open when the loop is left. */
  read(indexes: Iterable<number>, delivery: Delivery): AsyncIterable<Buffer>;
}

/** Delivers whole objects. */
export function objectsSource(objects: readonly ChannelObject[]): PipeSource {
  return {
    count: objects.length,
    read: async function* (indexes, delivery) {
      for (const index of indexes) {
        const { location, bytes } = objects[index] as ChannelObject;
        yield* deliverObject(readLocation(location, delivery.channel), bytes, delivery);
      }
    },
  };
}
