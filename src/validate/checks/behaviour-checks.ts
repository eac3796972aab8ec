import type { Check } from '../check.ts';
import { channelAbsent, channelEmpty, channelExtra, channelsReadOnly } from './channels/channels.ts';
import {
  hostsAsText,
  minimalConfig,
  networkInterface,
  networkIsolation,
  twoHosts,
  unknownFields,
} from './config/configuration.ts';
import { hostNames } from './config/host-names.ts';
import {
  hyperparametersLarge,
  hyperparametersMany,
  hyperparametersNames,
  hyperparametersOdd,
  hyperparametersText,
} from './config/hyperparameter-checks.ts';
import {
  driversBytes,
  driversFailure,
  driversFolders,
  driversHyperparameters,
  driversKilled,
  driversNames,
  driversOutput,
  driversQuote,
  driversScript,
  driversStop,
} from './drivers/drivers.ts';
import { failureExitCode, failureFile, fullDiskFailure, fullDiskModel } from './output/failing.ts';
import { modelLeft, modelLinks, modelRepeatable } from './output/model.ts';
import { memoryUsed, outputAtOnce, startTime } from './output/output.ts';
import { filesBelowMl, otherUser, outOfMemory, platformFolders, readOnlyRoot } from './start/container-conditions.ts';
import { noTerminal, successRun, trainStarts } from './start/success-run.ts';
import { checkpointRead, checkpointResume, checkpointStart } from './stop/checkpoint-checks.ts';
import { stopInTime, stopSaves } from './stop/stop.ts';

/** The checks that run the container, in the order of the contract. */
export const BEHAVIOUR_CHECKS: readonly Check[] = [
  trainStarts,
  noTerminal,
  networkIsolation,
  twoHosts,
  filesBelowMl,
  platformFolders,
  otherUser,
  readOnlyRoot,
  hyperparametersText,
  hyperparametersOdd,
  hyperparametersNames,
  hyperparametersLarge,
  hyperparametersMany,
  unknownFields,
  channelExtra,
  minimalConfig,
  hostsAsText,
  hostNames,
  networkInterface,
  channelAbsent,
  channelEmpty,
  channelsReadOnly,
  successRun,
  failureExitCode,
  outOfMemory,
  memoryUsed,
  failureFile,
  outputAtOnce,
  startTime,
  modelLeft,
  modelLinks,
  modelRepeatable,
  checkpointStart,
  checkpointResume,
  checkpointRead,
  stopInTime,
  stopSaves,
  fullDiskModel,
  fullDiskFailure,
  driversFolders,
  driversScript,
  driversHyperparameters,
  driversQuote,
  driversNames,
  driversStop,
  driversFailure,
  driversOutput,
  driversBytes,
  driversKilled,
];
