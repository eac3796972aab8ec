// `train` from the sources with other waits than the default: its argument is JSON, the members of TrainWaits that differ.
import { takeStandardError } from '../../src/log/write-stderr.ts';
import { train } from '../../src/train/train.ts';
import type { TrainWaits } from '../../src/train/train-waits.ts';

const waits = JSON.parse(process.argv[2] ?? '') as TrainWaits;
process.exit(await train({ variables: process.env, stderr: takeStandardError(), waits }));
