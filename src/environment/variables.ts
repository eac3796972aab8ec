import { VARIABLES } from '../contract/variables.ts';
import { compareCodePoints } from '../json/code-points.ts';
import { dumpJson, pythonTruth } from '../json/python-json.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { userArguments } from './arguments.ts';
import type { TrainingEnvironment } from './training-environment.ts';

/**
 * The variables that the training program gets in addition to those it inherits (contract section 4), in the order in which
 * the banner shows them. Values: text as it is, None empty, everything else JSON with sorted names and no spaces.
 */
export function trainingVariables(environment: TrainingEnvironment): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  const { hyperparameters } = environment;
  for (const [name, value] of newerSdkVariables(environment)) result.set(name, formatValue(value));
  // The newer SDK's spelling of a name comes first, so that a hyperparameter that is really called so wins.
  for (const [name, value] of hyperparameters)
    result.set(`SM_HP_${name.toUpperCase().replaceAll('-', '_')}`, formatValue(value));
  for (const [name, value] of referenceVariables(environment))
    result.set(`SM_${name.toUpperCase()}`, formatValue(value));
  for (const [channel, dir] of environment.channelDirs) result.set(`SM_CHANNEL_${channel.toUpperCase()}`, dir);
  for (const [name, value] of hyperparameters) result.set(`SM_HP_${name.toUpperCase()}`, formatValue(value));
  for (const [name, value] of inheritedStyleVariables(environment)) result.set(name, value);
  return result;
}

function formatValue(value: JsonValue): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : dumpJson(value);
}

function referenceVariables(environment: TrainingEnvironment): Array<[string, JsonValue]> {
  const { paths, accelerators } = environment;
  const trainingEnv = trainingEnvObject(environment);
  const variables: Array<[string, JsonValue]> = [
    ['hosts', [...environment.resources.hosts]],
    ['network_interface_name', environment.networkInterface],
    ['hps', environment.hyperparameters],
    ['user_entry_point', environment.program],
    ['framework_params', environment.frameworkParameters],
    ['resource_config', environment.resources.raw],
    ['input_data_config', environment.inputData.raw],
    ['output_data_dir', paths.outputDataDir],
    ['channels', [...environment.channelDirs.keys()].sort(compareCodePoints)],
    ['current_host', environment.resources.currentHost],
    ['current_instance_type', environment.instanceType],
    ['current_instance_group', environment.instanceGroup],
    ['current_instance_group_hosts', [...environment.instanceGroupHosts]],
    ['instance_groups', environment.resources.instanceGroups.map((group) => group.name)],
    ['instance_groups_dict', instanceGroupsObject(environment)],
    ['distribution_instance_groups', environment.distribution.instanceGroups],
    ['is_hetero', environment.resources.instanceGroups.length > 1],
    ['module_name', environment.moduleName],
    ['log_level', environment.logLevel],
    ['framework_module', environment.trainingModule],
    ['input_dir', paths.inputDir],
    ['input_config_dir', paths.inputConfigDir],
    ['output_dir', paths.outputDir],
    ['num_cpus', BigInt(accelerators.cpus)],
    ['num_gpus', BigInt(accelerators.gpus)],
    ['num_neurons', accelerators.neurons],
    ['model_dir', paths.modelDir],
    ['module_dir', environment.sourceLocation],
    ['training_env', trainingEnv],
    ['user_args', [...userArguments(environment.hyperparameters, environment.settings)]],
    ['output_intermediate_dir', paths.outputIntermediateDir],
  ];
  if (pythonTruth(environment.topology)) variables.push(['topology', environment.topology]);
  return variables;
}

/** The object of `SM_TRAINING_ENV`: names of its own, as recorded. */
export function trainingEnvObject(environment: TrainingEnvironment): JsonObject {
  const { paths, resources, distribution, accelerators, variables } = environment;
  return new Map<string, JsonValue>([
    ['additional_framework_parameters', environment.frameworkParameters],
    ['channel_input_dirs', new Map(environment.channelDirs)],
    ['current_host', resources.currentHost],
    ['current_instance_group', environment.instanceGroup],
    ['current_instance_group_hosts', [...environment.instanceGroupHosts]],
    ['current_instance_type', environment.instanceType],
    ['distribution_hosts', [...distribution.hosts]],
    ['distribution_instance_groups', distribution.instanceGroups],
    ['framework_module', environment.trainingModule],
    ['hosts', [...resources.hosts]],
    ['hyperparameters', environment.hyperparameters],
    ['input_config_dir', paths.inputConfigDir],
    ['input_data_config', environment.inputData.raw],
    ['input_dir', paths.inputDir],
    ['instance_groups', resources.instanceGroups.map((group) => group.name)],
    ['instance_groups_dict', instanceGroupsObject(environment)],
    ['is_hetero', resources.instanceGroups.length > 1],
    ['is_master', resources.currentHost === distribution.masterHost],
    ['is_modelparallel_enabled', isModelParallelEnabled(variables[VARIABLES.modelParallel])],
    ['is_smddpmprun_installed', environment.installed.smddpmprun],
    ['is_smddprun_installed', environment.installed.smddprun],
    ['job_name', environment.jobName],
    ['log_level', environment.logLevel],
    ['master_hostname', distribution.masterHost],
    ['model_dir', paths.modelDir],
    ['module_dir', environment.sourceLocation],
    ['module_name', environment.moduleName],
    ['network_interface_name', environment.networkInterface],
    ['num_cpus', BigInt(accelerators.cpus)],
    ['num_gpus', BigInt(accelerators.gpus)],
    ['num_neurons', accelerators.neurons],
    ['output_data_dir', paths.outputDataDir],
    ['output_dir', paths.outputDir],
    ['output_intermediate_dir', paths.outputIntermediateDir],
    ['resource_config', resources.raw],
    ['topology', environment.topology],
    ['user_entry_point', environment.program],
  ]);
}

// Python's `value and value != "{}"`: unset and empty stay what they are.
function isModelParallelEnabled(parameters: string | undefined): JsonValue {
  if (parameters === undefined) return null;
  return parameters === '' ? '' : parameters !== '{}';
}

function instanceGroupsObject(environment: TrainingEnvironment): JsonObject {
  return new Map(environment.resources.instanceGroups.map((group) => [group.name, group.raw]));
}

// What the newer SDK's drivers also set (contract section 4, "More, set by V3").
function newerSdkVariables(environment: TrainingEnvironment): Array<[string, JsonValue]> {
  const { paths, resources } = environment;
  return [
    ['SM_INPUT_DATA_DIR', paths.inputDataDir],
    ['SM_OUTPUT_FAILURE', paths.failureFile],
    [VARIABLES.masterAddress, environment.distribution.masterHost],
    ['SM_MASTER_PORT', BigInt(environment.settings.masterPort)],
    ['SM_HOST_COUNT', BigInt(resources.hosts.length)],
    [VARIABLES.hostRank, BigInt(hostRank(environment))],
  ];
}

/** This host's place among the hosts sorted as text, from 0; -1 when it is not listed. */
export function hostRank(environment: TrainingEnvironment): number {
  return [...environment.resources.hosts].sort(compareCodePoints).indexOf(environment.resources.currentHost);
}

function inheritedStyleVariables(environment: TrainingEnvironment): Array<[string, string]> {
  const { paths, variables, resources } = environment;
  const pythonPath = variables['PYTHONPATH'];
  const result: Array<[string, string]> = [
    [VARIABLES.baseDir, paths.baseDir],
    ['SAGEMAKER_JOB_NAME', environment.sagemakerJobName],
    [VARIABLES.scriptRegion, environment.region],
    ['CURRENT_HOST', resources.currentHost],
    ['PYTHONPATH', pythonPath ? `${paths.codeDir}:${pythonPath}` : paths.codeDir],
    [VARIABLES.stopGraceSeconds, String(environment.settings.stopGraceSeconds)],
  ];
  if (resources.hosts.length > 1 || environment.distribution.launcher !== 'process')
    result.push(...clusterVariables(environment));
  return result;
}

// What the PyTorch toolkit sets, where there is a cluster or a launcher and the user has not set it (C68).
function clusterVariables(environment: TrainingEnvironment): Array<[string, string]> {
  const wanted: Array<[string, string]> = [
    ['MASTER_ADDR', environment.distribution.masterHost],
    ['MASTER_PORT', String(environment.settings.masterPort)],
    ['NCCL_SOCKET_IFNAME', formatValue(environment.networkInterface)],
  ];
  return wanted.filter(([name]) => environment.variables[name] === undefined);
}
