import type { Clauses } from './clause.ts';

export const LOCAL_MODE: Clauses = {
  C80: {
    title: 'How a container recognizes local mode',
    rule: [
      'In the local mode of the SageMaker Python SDK, `TRAINING_JOB_NAME` is set and `TRAINING_JOB_ARN` is not. Credentials are plain variables. `AWS_ENDPOINT_URL_S3` or `S3_ENDPOINT_URL` contains the address of an S3 server.',
    ],
    optml: '`train` reads both endpoint variables, and leaves packing to local mode (C13).',
    pages: ['s3.md'],
  },
  C81: {
    title: 'Configuration files of local mode',
    rule: [
      'They are shorter than on SageMaker: four members in `resourceconfig.json`, and for each channel the input mode and perhaps the content type. Host names have a random suffix (`algo-1-x7k2p`).',
    ],
    optml: '`train` works with these files. `optml run` writes the full ones of SageMaker.',
    pages: ['coming-from.md'],
  },
  C82: {
    title: 'Containers of local mode',
    rule: [
      'They have a terminal, a network with one fixed name (so two jobs collide), and writable channels. GPUs are available for the instance type `local_gpu` only. Checkpoints are not mounted.',
    ],
    optml: 'Containers of `optml run` are like those of SageMaker. `local_gpu` means `--gpus all`.',
    pages: ['coming-from.md', 'engines.md'],
  },
  C83: {
    title: 'The end of a job in local mode',
    rule: [
      'The first container that ends stops the others. The failure file is not read. Containers, networks and files of root stay. There is no list of jobs, no stop, no time limit, and artifacts are collected after a failure as well.',
    ],
    optml: '`optml run` ends jobs as SageMaker does, records them, and removes containers and networks.',
    pages: ['coming-from.md', 'jobs.md'],
  },
  C84: {
    title: 'What local mode refuses or ignores',
    rule: [
      'It refuses sharded channels, spot instances, checkpoints, and several hosts with GPUs. It ignores Pipe and FastFile mode, compression, manifests, time limits, isolation, metrics and instance groups.',
    ],
    optml: '`optml run` supports all of them.',
    pages: ['run.md'],
  },
};

export const MODEL_TRAINER: Clauses = {
  C27: {
    title: 'Start of a ModelTrainer job',
    rule: [
      'A job of `ModelTrainer` with source code has a channel `sm_drivers`, and `code` if it has a source folder. It starts `/bin/bash`, which runs a script of `sm_drivers`. So the image needs bash, Python and pip, also for a program in another language, and `/opt/ml/input` must be writable. Without Python, the job ends with exit code 1 and no message.',
    ],
    optml: '`optml run` runs such jobs unchanged, in `optml:python` or an image of yours. `train` is not part of them.',
    pages: ['sdk-jobs.md'],
  },
  C90: {
    title: 'The channel sm_drivers',
    rule: [
      'It contains `sm_train.sh`, the settings `sourcecode.json` and `distributed.json`, and Python scripts. They write the variables to a file and read it, enter the channel `code`, install requirements, and run the command or the script. They write the failure file only where it is empty.',
    ],
    optml: '`optml validate` runs a job with scripts of the same kind, or with yours by `--job`.',
    pages: ['sdk-jobs.md', 'validate.md'],
  },
  C91: {
    title: 'Hyperparameters of a ModelTrainer job',
    rule: [
      'Strings come without quotes, other values as JSON, so the string 123 and the number 123 are the same. A command receives them as variables only. The three configuration files and `TRAINING_JOB_NAME` must exist.',
    ],
    optml: '`optml run` writes all of them.',
    pages: ['sdk-jobs.md'],
  },
  C92: {
    title: 'Known defects of ModelTrainer jobs',
    rule: [
      'A single quote in a hyperparameter is a shell error or runs as a command. Dots in names of hyperparameters, and dots and dashes in names of channels, break the variables. One byte that is not UTF-8 fails the job, and a log level can hide the output.',
      'The failure file contains the traceback of the scripts, not the error of the program. SIGTERM does not reach the program, and a killed program gives exit code 247. `mpirun` starts the ranks of one host only.',
    ],
    optml: '`optml validate --job job.json` shows which of them your version of the SDK has.',
    pages: ['sdk-jobs.md'],
  },
};
