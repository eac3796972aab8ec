import { isObject } from '../../request/is-json-object.ts';
import type { Defaults, FoundDefaults } from '../configuration/defaults.ts';

/** A request with its defaults, not checked yet. */
export interface RequestWithDefaults {
  readonly value: unknown;
  /** Where the member at a path comes from, if it is a default: `optml.json`. */
  readonly originAt: (path: string) => string | undefined;
}

type Loose = Readonly<Record<string, unknown>>;

/** As the SageMaker SDK has it. */
const VOLUME_GB = 30;

/**
 * A request with the members that it leaves to defaults. What the request says wins, member by member; tags are added by their
 * keys; variables for hosts count only for a request without any, as in the SageMaker SDK.
 */
export function applyDefaults(given: unknown, { defaults, origins }: FoundDefaults): RequestWithDefaults {
  if (!isObject(given)) return { value: given, originAt: () => undefined };
  const used = new Map<string, keyof Defaults>();
  /** The member `path` of `part`, else the default called `name`. */
  const member = (part: Loose, path: string, name: keyof Defaults): Loose => {
    const key = path.slice(path.lastIndexOf('.') + 1);
    const value = defaults[name];
    if (isGiven(part[key]) || value === undefined) return {};
    used.set(path, name);
    return { [key]: value };
  };
  const vpc = section(given, 'VpcConfig', (part) => ({
    ...member(part, 'VpcConfig.Subnets', 'subnets'),
    ...member(part, 'VpcConfig.SecurityGroupIds', 'securityGroupIds'),
  }));
  const output = section(given, 'OutputDataConfig', (part) =>
    member(part, 'OutputDataConfig.KmsKeyId', 'outputKmsKeyId'),
  );
  const resources = section(given, 'ResourceConfig', (part) => ({
    ...(hasVolume(part) && member(part, 'ResourceConfig.VolumeKmsKeyId', 'volumeKmsKeyId')),
    ...(!isGiven(part['VolumeSizeInGB']) && { VolumeSizeInGB: VOLUME_GB }),
  }));
  const profiler = section(given, 'ProfilerConfig', (part) =>
    member(part, 'ProfilerConfig.DisableProfiler', 'disableProfiler'),
  );
  const value = {
    ...given,
    ...member(given, 'RoleArn', 'roleArn'),
    ...member(given, 'Environment', 'environment'),
    ...member(given, 'EnableNetworkIsolation', 'enableNetworkIsolation'),
    ...member(given, 'EnableInterContainerTrafficEncryption', 'encryptInterContainerTraffic'),
    ...tagsOf(given['Tags'], defaults.tags),
    ...vpc,
    ...output,
    ...resources,
    ...profiler,
  };
  return { value, originAt: (path) => originOf(path, used, origins) };
}

function originOf(path: string, used: ReadonlyMap<string, keyof Defaults>, origins: FoundDefaults['origins']) {
  for (const [member, name] of used) {
    if (path === member || (path.startsWith(member) && /^[.[]/.test(path.slice(member.length)))) return origins[name];
  }
  return undefined;
}

/** A part of the request with further members; nothing if there are none, or if the part has another type. */
function section(given: Loose, name: string, add: (part: Loose) => Loose): Loose {
  const part = given[name] ?? {};
  const added = isObject(part) ? add(part) : {};
  return isObject(part) && Object.keys(added).length > 0 ? { [name]: { ...part, ...added } } : {};
}

function tagsOf(given: unknown, tags: Defaults['tags'] = []): Loose {
  const listed: unknown = given ?? [];
  if (tags.length === 0 || !Array.isArray(listed)) return {};
  const keys = new Set(listed.map((tag: unknown) => (isObject(tag) ? tag['Key'] : undefined)));
  return { Tags: [...listed, ...tags.filter(({ Key }) => !keys.has(Key))] };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/**
 * Whether the instances have a volume that a key can encrypt: types with disks of their own have none. The rule is that of the
 * SDK's `utils.instance_supports_kms`.
 */
function hasVolume({ InstanceType: type, InstanceGroups: groups }: Loose): boolean {
  const types = Array.isArray(groups)
    ? groups.map((group: unknown) => (isObject(group) ? group['InstanceType'] : undefined))
    : [type];
  return types.some((name) => {
    const family = typeof name === 'string' ? (/^ml\.([^.]+)\./.exec(name)?.[1] ?? '') : '';
    return family !== '' && !family.includes('d') && !/^(?:g5|g6|p5|trn1)/.test(family);
  });
}
