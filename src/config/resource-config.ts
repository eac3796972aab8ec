import type { JsonObject, JsonValue } from '../json/value.ts';
import { readConfigFile } from './read-file.ts';
import { expectObject, expectString, expectStrings, shapeError } from './shape.ts';

/** One entry of `instance_groups` (contract C12). `hosts` may be missing where no code needs them. */
export interface InstanceGroup {
  readonly name: string;
  readonly hosts: readonly string[] | undefined;
  /** The entry as it is in the file, for `SM_INSTANCE_GROUPS_DICT`. */
  readonly raw: JsonObject;
}

/** `resourceconfig.json`, checked as far as the reference depends on it (contract C12). */
export interface ResourceConfig {
  readonly file: string;
  readonly currentHost: string;
  /** In the order of the file. At least one. */
  readonly hosts: readonly string[];
  readonly instanceGroups: readonly InstanceGroup[];
  /** The whole file, for what is passed on as it is. */
  readonly raw: JsonObject;
}

/**
 * Reads `resourceconfig.json` (contract C12). Unknown members are kept.
 *
 * @throws OptmlError CONFIG_* naming the file and the field.
 */
export function readResourceConfig(file: string): ResourceConfig {
  const raw = expectObject(readConfigFile(file), file, '');
  const hosts = expectStrings(raw.get('hosts'), file, 'hosts');
  if (hosts.length === 0) throw shapeError(file, 'hosts', 'a list of at least one host', raw.get('hosts'));
  return {
    file,
    currentHost: expectString(raw.get('current_host'), file, 'current_host'),
    hosts,
    instanceGroups: readInstanceGroups(raw.get('instance_groups'), file),
    raw,
  };
}

function readInstanceGroups(value: JsonValue | undefined, file: string): readonly InstanceGroup[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw shapeError(file, 'instance_groups', 'a list of objects', value);
  return value.map((item, index) => {
    const path = `instance_groups[${index}]`;
    const raw = expectObject(item, file, path);
    const hosts = raw.get('hosts');
    return {
      name: expectString(raw.get('instance_group_name'), file, `${path}.instance_group_name`),
      hosts: hosts === undefined ? undefined : expectStrings(hosts, file, `${path}.hosts`),
      raw,
    };
  });
}
