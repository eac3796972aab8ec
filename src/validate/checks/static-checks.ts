import type { Check } from '../check.ts';
import { architecture } from './architecture.ts';
import { driversPrograms } from './drivers-programs.ts';
import { entrypointForm } from './entrypoint-form.ts';
import { entrypointProgram } from './entrypoint-program.ts';
import { entrypointTakesTrain } from './entrypoint-takes-train.ts';
import { imageSize } from './image-size.ts';
import { initEntrypoint } from './init-entrypoint.ts';
import { nvidiaDriver } from './nvidia-driver.ts';
import { pathVariable } from './path-variable.ts';
import { programFormat } from './program-format.ts';
import { reservedFolders } from './reserved-folders.ts';
import { secretsInEnvironment, secretsInFiles, secretsInHistory } from './secrets.ts';
import { stopSignal } from './stop-signal.ts';
import { trainOnPath } from './train-on-path.ts';
import { userExists, userIsRoot } from './user.ts';

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
  architecture,
  pathVariable,
  nvidiaDriver,
  userIsRoot,
  secretsInEnvironment,
  secretsInHistory,
  secretsInFiles,
  driversPrograms,
  stopSignal,
  imageSize,
];
