import { indexLines, type LineReader, openLines } from '../../../job-tree/input/line-file.ts';
import { parseJson } from '../../../json/parse.ts';
import { dumpJson } from '../../../json/python-json.ts';
import type { JsonObject } from '../../../json/value.ts';
import { readLocation } from '../channel-location.ts';
import type { Sources } from '../objects/sources.ts';
import { cannotRead, channelError, noObjects, type PlannedChannel } from '../planned-channel.ts';
import { type Delivery, deliverObject } from './deliver-object.ts';
import type { PipeSource } from './pipe-source.ts';
import { wrapRecord } from './record-io.ts';

/** Names of attributes whose values say where the data is. */
const REFERENCE = '-ref';

/**
 * The lines of an augmented manifest (contract C44): of each, the attributes that the channel names, in that order; those
 * whose names end in `-ref` as the bytes of the object. The first line is checked immediately, the others as they are delivered.
 *
 * @throws OptmlError CHANNEL_INVALID naming the line.
 */
export async function openAugmentedManifest(channel: PlannedChannel, sources: Sources): Promise<PipeSource> {
  const file = await sources.localManifest(channel);
  const index = await indexLines(file);
  const { starts, ends } = index;
  if (starts.length === 0) throw noObjects(channel);
  const readLine = async (lines: LineReader, number: number) => {
    const text = await lines.read(starts[number] as number, ends[number] as number);
    return attributesOf(text, number, channel);
  };
  const open = () => openLines(file, index).catch((error: unknown) => Promise.reject(cannotRead(channel, error)));
  await withLines(open, (lines) => readLine(lines, 0));
  return {
    count: starts.length,
    read: async function* (indexes, delivery) {
      const lines = await open();
      try {
        for (const number of indexes) {
          const attributes = await readLine(lines, number);
          for (const name of channel.attributeNames) yield* deliverAttribute(attributes, name, delivery);
        }
      } finally {
        await lines.close();
      }
    },
  };
}

async function withLines<T>(open: () => Promise<LineReader>, work: (lines: LineReader) => Promise<T>): Promise<T> {
  const lines = await open();
  try {
    return await work(lines);
  } finally {
    await lines.close();
  }
}

async function* deliverAttribute(attributes: JsonObject, name: string, delivery: Delivery): AsyncGenerator<Buffer> {
  const { channel, sources } = delivery;
  const value = attributes.get(name) ?? null;
  const text = typeof value === 'string' ? value : dumpJson(value);
  if (name.endsWith(REFERENCE)) {
    yield* deliverObject(readLocation(text, channel, sources.baseDir(channel)), undefined, delivery);
    return;
  }
  const bytes = Buffer.from(text);
  if (channel.isRecordIo) yield* wrapRecord(only(bytes), bytes.length);
  else yield bytes;
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function attributesOf(text: string, index: number, channel: PlannedChannel): JsonObject {
  const wrong = (why: string, cause?: unknown) =>
    channelError(
      channel,
      `entry ${index + 1} of ${channel.uri} ${why}`,
      'Write one JSON object a line, with every attribute that AttributeNames names.',
      cause,
    );
  if (text.startsWith('\ufeff')) throw wrong('starts with a byte order mark: save the file as UTF-8 without one');
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw wrong(`is not JSON: ${(error as Error).message}`, error);
  }
  if (!(value instanceof Map)) throw wrong('is no object');
  const attributes: JsonObject = value;
  for (const name of channel.attributeNames) {
    if (!attributes.has(name)) throw wrong(`has no attribute "${name}"`);
    if (name.endsWith(REFERENCE) && typeof attributes.get(name) !== 'string') {
      throw wrong(`has an attribute "${name}" that is no text`);
    }
  }
  return attributes;
}
