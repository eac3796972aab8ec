import { readHyperparameters } from '../config/hyperparameters.ts';
import { readInputDataConfig } from '../config/input-data-config.ts';
import { readResourceConfig } from '../config/resource-config.ts';
import type { JobPaths } from '../contract/paths.ts';
import { readSettings, type SettingSource, settingsFromVariables } from '../contract/settings.ts';
import { OPTML_PREFIX } from '../contract/toolkit-hyperparameters.ts';
import { pythonStr } from '../json/python-json.ts';
import type { JsonObject } from '../json/value.ts';
import { countAccelerators } from './accelerators.ts';
import { instanceTypeOf, makeTrainingEnvironment, type TrainingEnvironment } from './training-environment.ts';
import { unknownSettings } from './unknown-settings.ts';

/**
 * Reads the three configuration files and the machine (contract sections 3 and 4), and makes the environment of them.
 *
 * @throws OptmlError for the first thing that is wrong, naming file and field.
 */
export async function readTrainingJob(
  paths: JobPaths,
  variables: Readonly<NodeJS.ProcessEnv>,
  warn: (message: string) => void,
): Promise<TrainingEnvironment> {
  const resources = readResourceConfig(paths.resourceConfigFile);
  const inputData = readInputDataConfig(paths.inputDataConfigFile);
  const allHyperparameters = readHyperparameters(paths.hyperparametersFile);
  const settings = readSettings(withHyperparameters(settingsFromVariables(variables), allHyperparameters));
  for (const sentence of unknownSettings([...Object.keys(variables), ...allHyperparameters.keys()])) warn(sentence);
  const instanceType = pythonStr(instanceTypeOf(resources));
  const accelerators = await countAccelerators({ variables, instanceType, warn });
  return makeTrainingEnvironment({
    paths,
    settings,
    variables,
    allHyperparameters,
    resources,
    inputData,
    accelerators,
  });
}

/** Settings given as hyperparameters (`optml_package` for `OPTML_PACKAGE`) win over variables. */
function withHyperparameters(fallback: SettingSource, hyperparameters: JsonObject): SettingSource {
  return (name) => {
    const parameter = OPTML_PREFIX + name.slice(OPTML_PREFIX.length).toLowerCase();
    const value = hyperparameters.get(parameter);
    if (value === undefined || value === null) return fallback(name);
    return { text: pythonStr(value), where: `input/config/hyperparameters.json, field ${parameter}` };
  };
}
