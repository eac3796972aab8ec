import type { LauncherName } from '../contract/launchers.ts';
import type { Launcher } from './launcher.ts';
import { mpi } from './mpi/mpi.ts';
import { smdistributed } from './mpi/smdistributed.ts';
import { plainProcess } from './plain-process.ts';
import { pytorchXla } from './pytorch-xla.ts';
import { ranks } from './ranks/ranks.ts';
import { multiWorker } from './tensorflow/multi-worker.ts';
import { parameterServer } from './tensorflow/parameter-server.ts';
import { torchrun } from './torchrun.ts';

/** Every launcher by its name. Not part of `train` itself, since most jobs run as one plain process. */
export const LAUNCHERS: Readonly<Record<LauncherName, Launcher>> = {
  process: plainProcess,
  mpi,
  smdistributed,
  torchrun,
  'pytorch-xla': pytorchXla,
  'parameter-server': parameterServer,
  'multi-worker': multiWorker,
  ranks,
};
