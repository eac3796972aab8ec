import type { Check } from '../check.ts';
import { channelAbsent, channelEmpty, channelExtra, channelsReadOnly } from './channels.ts';
import { checkpointResume, checkpointStart } from './checkpoints.ts';
import {
  hostsAsText,
  minimalConfig,
  networkInterface,
  networkIsolation,
  twoHosts,
  unknownFields,
} from './configuration.ts';
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
} from './drivers.ts';
import { failureExitCode, failureFile, fullDiskFailure, fullDiskModel } from './failing.ts';
import {
  hyperparametersLarge,
  hyperparametersMany,
  hyperparametersNames,
  hyperparametersOdd,
  hyperparametersText,
} from './hyperparameters.ts';
import { modelLeft, modelLinks, modelRepeatable } from './model.ts';
import { memoryUsed, outputAtOnce, startTime } from './output.ts';
import { stopInTime, stopSaves } from './stop.ts';
import { noTerminal, successRun, trainStarts } from './success-run.ts';
import { filesInPlace, otherUser, outOfMemory, platformFolders, readOnlyRoot } from './surroundings.ts';

/** The checks that run the container, in the order of the contract. */
export const BEHAVIOUR_CHECKS: readonly Check[] = [
  trainStarts,
  noTerminal,
  networkIsolation,
  twoHosts,
  filesInPlace,
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
