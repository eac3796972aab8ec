import type { Check } from '../check.ts';
import { driversLineEnds } from './drivers/drivers-line-ends.ts';
import { driversPrograms } from './drivers/drivers-programs.ts';
import { secretsInEnvironment, secretsInFiles, secretsInHistory } from './image/image-secrets.ts';
import { imageSize } from './image/image-size.ts';
import { nvidiaDriver } from './image/nvidia-driver.ts';
import { reservedFolders } from './image/reserved-folders.ts';
import { volumes } from './image/volumes.ts';
import { architecture } from './start/architecture.ts';
import { entrypointForm } from './start/entrypoint-form.ts';
import { entrypointProgram } from './start/entrypoint-program.ts';
import { entrypointTakesTrain } from './start/entrypoint-takes-train.ts';
import { initEntrypoint } from './start/init-entrypoint.ts';
import { pathVariable } from './start/path-variable.ts';
import { programFormat } from './start/program-format.ts';
import { programName } from './start/program-name.ts';
import { trainOnPath } from './start/train-on-path.ts';
import { userExists, userIsRoot } from './start/user.ts';
import { stopSignal } from './stop/stop-signal.ts';

/** What is found out about an image without running it, in the order of the contract's clauses. */
export const STATIC_CHECKS: readonly Check[] = [
  trainOnPath,
  entrypointProgram,
  programFormat,
  entrypointTakesTrain,
  entrypointForm,
  initEntrypoint,
  userExists,
  reservedFolders,
  volumes,
  architecture,
  pathVariable,
  nvidiaDriver,
  userIsRoot,
  secretsInEnvironment,
  secretsInHistory,
  secretsInFiles,
  programName,
  driversPrograms,
  driversLineEnds,
  stopSignal,
  imageSize,
];
