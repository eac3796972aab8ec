import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { locateBaseDirectory } from '../../config/base-directory.ts';
import { readInputDataConfig } from '../../config/input-data-config.ts';
import { readConfigFile } from '../../config/read-file.ts';
import { expectObject } from '../../config/shape.ts';
import type { JobPaths } from '../../contract/paths.ts';
import { dumpJson } from '../../json/python-json.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { trainingEnvironment } from '../../training/script-environment.ts';
import { hyperparameters } from '../../training/script-hyperparameters.ts';
import type { HyperparameterValue } from '../../training/values.ts';
import type { GivenChannel } from '../checks/check-channels.ts';

/** A channel of the running job, as its configuration has it. */
export interface InputChannel extends GivenChannel {
  /** Absolute. */
  readonly dir: string;
  readonly recordWrapper: string | undefined;
  readonly shuffleSeed: number | undefined;
}

/** What a job gives its algorithm, unchecked. */
export interface JobInput {
  /** Undefined if the algorithm was started by hand, without a job. */
  readonly paths: JobPaths | undefined;
  readonly hyperparameters: ReadonlyMap<string, string>;
  readonly channels: readonly InputChannel[];
}

/**
 * Reads the configuration of this process's job; by hand, the arguments of the command and the folders of the channels.
 *
 * @throws OptmlError CONFIG_* for files that cannot be read.
 */
export function readJobInput(): JobInput {
  const paths = locateBaseDirectory(process.env);
  if (paths === undefined || !existsSync(paths.inputConfigDir)) return inputByHand();
  const texts = expectObject(readConfigFile(paths.hyperparametersFile), paths.hyperparametersFile, '');
  const { channels, raw } = readInputDataConfig(paths.inputDataConfigFile);
  return {
    paths,
    hyperparameters: new Map([...texts].map(([name, value]) => [name, asText(value)])),
    channels: channels.map((name) => channelOf(name, raw, join(paths.inputDataDir, name))),
  };
}

function inputByHand(): JobInput {
  const values = Object.entries(hyperparameters()).map(([name, value]) => [name, asText(fromPlain(value))] as const);
  const channels = Object.entries(trainingEnvironment().channels).map(([name, dir]) => channelOf(name, null, dir));
  return { paths: undefined, hyperparameters: new Map(values), channels };
}

function channelOf(name: string, config: JsonValue, dir: string): InputChannel {
  const member = config instanceof Map ? config.get(name) : undefined;
  const members: JsonObject = member instanceof Map ? member : new Map();
  const text = (key: string) => {
    const value = members.get(key);
    return typeof value === 'string' ? value : undefined;
  };
  const shuffle = members.get('ShuffleConfig');
  const seed = shuffle instanceof Map ? shuffle.get('Seed') : undefined;
  return {
    name,
    dir,
    contentType: text('ContentType'),
    inputMode: text('TrainingInputMode'),
    compression: text('CompressionType'),
    distribution: text('S3DistributionType'),
    recordWrapper: text('RecordWrapperType'),
    isShuffled: shuffle instanceof Map,
    shuffleSeed: typeof seed === 'bigint' ? Number(seed) : undefined,
  };
}

function asText(value: JsonValue): string {
  return typeof value === 'string' ? value : dumpJson(value);
}

// What was read from an argument, as text again.
function fromPlain(value: HyperparameterValue): JsonValue {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (Array.isArray(value)) return value.map(fromPlain);
  if (value === null || typeof value !== 'object') return value;
  return new Map(Object.entries(value).map(([name, item]) => [name, fromPlain(item as HyperparameterValue)]));
}
