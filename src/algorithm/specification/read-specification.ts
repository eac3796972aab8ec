import { plainObject } from '../../training/values.ts';
import type { ChannelDeclaration } from '../channel.ts';
import type { JobRules } from '../checks/check-job.ts';
import { readContinuous, readInteger } from '../checks/read-number.ts';
import type { Hyperparameter } from '../hyperparameter.ts';

/** The rules of a specification, or what is wrong with it. */
export type ReadSpecification =
  | { readonly rules: JobRules; readonly problem?: undefined }
  | { readonly problem: string };

/**
 * The rules of a `TrainingSpecification`, or of a CreateAlgorithm request that contains one. It knows less than the declaration:
 * dependencies, lists and parameters of content types are not in it. Members that it does not need are ignored.
 */
export function rulesOfSpecification(value: unknown): ReadSpecification {
  try {
    const outer = objectAt(value, 'the file');
    const specification = objectAt(outer['TrainingSpecification'] ?? outer, 'TrainingSpecification');
    const hyperparameters = listAt(specification['SupportedHyperParameters'] ?? [], 'SupportedHyperParameters');
    const channels = listAt(specification['TrainingChannels'], 'TrainingChannels');
    return {
      rules: {
        name: typeof outer['AlgorithmName'] === 'string' ? outer['AlgorithmName'] : 'the algorithm',
        hyperparameters: plainObject(hyperparameters.map(namedHyperparameter)),
        channels: plainObject(channels.map(namedChannel)),
        distributed: specification['SupportsDistributedTraining'] !== false,
      },
    };
  } catch (error) {
    if (error instanceof MisshapenSpecification) return { problem: error.message };
    throw error;
  }
}

class MisshapenSpecification extends Error {}

type JsonMembers = Readonly<Record<string, unknown>>;

function namedHyperparameter(item: unknown, index: number): readonly [string, Hyperparameter] {
  const path = `SupportedHyperParameters[${index}]`;
  const members = objectAt(item, path);
  const required = members['IsRequired'] === true;
  return [textAt(members['Name'], `${path}.Name`), { ...typeOf(members, path), required }];
}

function typeOf(members: JsonMembers, path: string): Hyperparameter {
  const range = objectAt(members['Range'] ?? {}, `${path}.Range`);
  switch (members['Type']) {
    case 'Integer':
      return { type: 'integer', ...ends(range['IntegerParameterRangeSpecification'], readInteger, path) };
    case 'Continuous':
      return { type: 'continuous', ...ends(range['ContinuousParameterRangeSpecification'], readContinuous, path) };
    case 'Categorical': {
      const own = `${path}.Range.CategoricalParameterRangeSpecification`;
      const values = listAt(objectAt(range['CategoricalParameterRangeSpecification'], own)['Values'], `${own}.Values`);
      return { type: 'categorical', values: values.map((value, index) => textAt(value, `${own}.Values[${index}]`)) };
    }
    case 'FreeText':
      return { type: 'text' };
    default:
      throw new MisshapenSpecification(`expected ${path}.Type to be Integer, Continuous, Categorical or FreeText`);
  }
}

function ends(range: unknown, read: (text: string) => number | undefined, path: string) {
  if (range === undefined) return {};
  const members = objectAt(range, `${path}.Range`);
  const end = (name: string) => {
    const value = read(textAt(members[name], `${path}.Range, ${name}`));
    if (value === undefined) throw new MisshapenSpecification(`expected ${name} of ${path}.Range to be a number`);
    return value;
  };
  const [min, max] = [end('MinValue'), end('MaxValue')];
  return { ...(min > LEAST && { min }), ...(max < GREATEST && { max }) };
}

// The API has no ranges without an end: these stand for none.
const [LEAST, GREATEST] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

function namedChannel(item: unknown, index: number): readonly [string, ChannelDeclaration] {
  const path = `TrainingChannels[${index}]`;
  const members = objectAt(item, path);
  const texts = (name: string) => {
    const list = listAt(members[name] ?? [], `${path}.${name}`);
    return list.map((text, at) => textAt(text, `${path}.${name}[${at}]`));
  };
  const types = texts('SupportedContentTypes').map((text) => (text.split(';')[0] ?? '').trim().toLowerCase());
  const [defaultContentType] = types;
  const compression = texts('SupportedCompressionTypes') as ChannelDeclaration['compression'] & {};
  const declaration: ChannelDeclaration = {
    required: members['IsRequired'] === true,
    contentTypes: types.map((type) => ({ type, otherParameters: true })),
    inputModes: texts('SupportedInputModes') as ChannelDeclaration['inputModes'] & {},
    ...(compression.length > 0 && { compression }),
    // A specification does not say which type a channel without one has.
    ...(defaultContentType !== undefined && { defaultContentType }),
  };
  return [textAt(members['Name'], `${path}.Name`), declaration];
}

function objectAt(value: unknown, path: string): JsonMembers {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonMembers;
  throw new MisshapenSpecification(`expected ${path} to be an object`);
}

function listAt(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new MisshapenSpecification(`expected ${path} to be a list`);
}

function textAt(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw new MisshapenSpecification(`expected ${path} to be a text`);
}
