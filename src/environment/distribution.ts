import type { ResourceConfig } from '../config/resource-config.ts';
import { shapeError } from '../config/shape.ts';
import { LAUNCHER_SWITCHES, type LauncherName } from '../contract/launchers.ts';
import { DISTRIBUTION_INSTANCE_GROUPS } from '../contract/toolkit-hyperparameters.ts';
import { OptmlError } from '../errors/error.ts';
import { pythonTruth } from '../json/python-json.ts';
import { type JsonObject, type JsonValue, jsonTypeName } from '../json/value.ts';

/** Which hosts take part in a distributed run, and who leads (contract C60). */
export interface Distribution {
  /** As given by hyperparameter, else the current group when distribution is on, else an empty list. */
  readonly instanceGroups: JsonValue;
  /** The hosts of those groups in the order of the file; without groups in the file all hosts. */
  readonly hosts: readonly string[];
  /** First host of the distribution, else first host of the job. */
  readonly masterHost: string;
  /** What starts the program on this host; the plain process where its group takes no part (C68). */
  readonly launcher: LauncherName;
}

/**
 * Works out who takes part and what starts the program, from the framework parameters and the resource configuration (C60,
 * C68). `isRankLaunch`: optml's own setting asks for ranks, after all others.
 */
export function resolveDistribution(
  frameworkParameters: JsonObject,
  resources: ResourceConfig,
  currentGroup: JsonValue,
  isRankLaunch: boolean,
): Distribution {
  const chosen = LAUNCHER_SWITCHES.find(([name]) => pythonTruth(frameworkParameters.get(name)))?.[1];
  const wanted = chosen ?? (isRankLaunch ? 'ranks' : 'process');
  const isOn = wanted !== 'process';
  const given = frameworkParameters.get(DISTRIBUTION_INSTANCE_GROUPS);
  const instanceGroups = given === undefined ? (isOn ? [currentGroup] : []) : given;
  const hosts =
    resources.instanceGroups.length === 0
      ? resources.hosts
      : resources.instanceGroups.flatMap((group, index) => {
          if (!contains(instanceGroups, group.name)) return [];
          if (group.hosts !== undefined) return group.hosts;
          throw shapeError(resources.file, `instance_groups[${index}].hosts`, 'a list of strings', undefined);
        });
  return {
    instanceGroups,
    hosts,
    masterHost: hosts[0] ?? resources.hosts[0] ?? resources.currentHost,
    launcher: hosts.includes(resources.currentHost) ? wanted : 'process',
  };
}

// Python's `in`: membership of a list or an object, a part of a text.
function contains(container: JsonValue, name: string): boolean {
  if (typeof container === 'string' || Array.isArray(container)) return container.includes(name);
  if (container instanceof Map) return container.has(name);
  throw new OptmlError(
    'HYPERPARAMETER_INVALID',
    `expected hyperparameter "${DISTRIBUTION_INSTANCE_GROUPS}" to be a list of instance group names, got ${jsonTypeName(container)}`,
    {
      where: `input/config/hyperparameters.json, field ${DISTRIBUTION_INSTANCE_GROUPS}`,
      fix: `Set ${DISTRIBUTION_INSTANCE_GROUPS} to a JSON list such as ["group-1"].`,
    },
  );
}
