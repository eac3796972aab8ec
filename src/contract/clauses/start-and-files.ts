import type { Clauses } from './clause.ts';

export const IMAGE_AND_START: Clauses = {
  C1: {
    title: 'The container starts with one argument: train',
    rule: [
      'SageMaker runs `docker run IMAGE train`. If the image has an `ENTRYPOINT` in exec form (a JSON list), `train` is its last argument. If it has none, `train` is the program, and `PATH` must lead to an executable file of that name. `train` replaces the `CMD` of the image.',
    ],
    optml:
      'The package installs `train`. `optml run` and `optml validate` start images with the same single argument. An image without the program fails with exit code 127, and the failure reason names `train`.',
    pages: ['base-image.md'],
  },
  C2: {
    title: 'No shell as the first process',
    rule: [
      'With an `ENTRYPOINT` or `CMD` in shell form (a plain line), `/bin/sh` is process 1. The shell drops the argument `train` and does not pass SIGTERM to the program, so the job cannot save its work when it is stopped.',
    ],
    optml: '`train` warns if process 1 is a shell. `optml validate` reads the form from the image.',
    pages: ['base-image.md'],
  },
  C3: {
    title: 'ContainerEntrypoint and ContainerArguments',
    rule: [
      'A request can replace the command of the image. `ContainerEntrypoint` alone starts exactly that command, without `train` and without `CMD`. `ContainerArguments` alone are given to the `ENTRYPOINT` of the image in place of `train`. With both, nothing of the image is used.',
      'The program may be a file of a channel. Such a file has mode 0644, so a shell has to start it.',
    ],
    optml: '`optml run` and `optml validate` follow the same three rules on every engine.',
    pages: ['run.md#the-request'],
  },
  C4: {
    title: 'No terminal, no standard input, no extra rights',
    rule: [
      'The container has no terminal, and its standard input is empty. It runs as the `USER` of the image, root by default, and gets no privileged mode and no further capabilities. Programs such as `sudo` still work.',
      '`tini` as the whole `ENTRYPOINT` would start a program named `train`. `["tini", "--", "PROGRAM"]` is correct.',
    ],
    optml:
      'The image of optml starts `tini`, which starts `train`. `optml run` gives hosts neither a terminal nor standard input, and does not forbid new privileges.',
  },
  C5: {
    title: '/opt/ml belongs to the platform',
    rule: [
      'SageMaker mounts folders over `/opt/ml/input`, `/opt/ml/model` and `/opt/ml/output`: files that the image has there are hidden. `/opt/ml/code` is the place for scripts that come with the image.',
    ],
    optml:
      'The image of optml has its modules in `/opt/node_modules`, outside of these folders. `optml run` mounts the same folders.',
  },
  C6: {
    title: 'Architecture, variables and drivers',
    rule: [
      'Training instances run `linux/amd64`. The only exception is `ml.p6e-gb200.36xlarge`, which runs `linux/arm64`. Variables set by `ENV` stay set.',
      'An image for GPUs contains the CUDA toolkit. The NVIDIA driver comes from the host, and an own one in the image breaks it. The image also brings EFA, libfabric and NCCL with its plug-in, if it uses them.',
    ],
    optml: '`optml run` warns about an image for another architecture. `optml:gpu` is built on an image with CUDA.',
  },
  C7: {
    title: 'One container per host, and network isolation',
    rule: [
      'Each host of a job runs one container of the same image. With `EnableNetworkIsolation`, a container reaches only the other hosts of its job and gets no AWS credentials. SageMaker still downloads the input and uploads the output.',
    ],
    optml:
      '`optml run` starts the hosts in an isolated network if the request asks for it, and gives them no credentials, also with `--pass-credentials`.',
    pages: ['engines.md'],
  },
};

export const FILES: Clauses = {
  C8: {
    title: 'SAGEMAKER_BASE_DIR replaces /opt/ml',
    rule: [
      'The training toolkit uses the folder in `SAGEMAKER_BASE_DIR` in place of `/opt/ml`, and passes the variable to the script. If it is not set and `/opt/ml` is missing, the toolkit makes a folder below `~/sagemaker_local/jobs` with an empty job for one host.',
    ],
    optml:
      '`train` does the same. On the engine `process`, `optml run` sets the variable for every host. `optml env` only reads, so without a job it reports that there is none.',
    pages: ['settings.md', 'run.md#engines'],
  },
  C9: {
    title: 'What survives the container',
    rule: [
      'SageMaker keeps `model`, `output/data`, the checkpoints, and the first 1024 characters of the failure file. Everything else is gone when the job ends; use `/tmp` for temporary files. The volume has `VolumeSizeInGB`, except on instance types with NVMe disks.',
      'The output folders belong to root with mode 0755, and channel files have mode 0644. A container that runs as another user may not be able to write its model, or, as seen in one job, to read its configuration.',
    ],
    optml:
      '`train` creates missing output folders. `optml run` collects these folders. `optml validate` reports files that a job writes elsewhere, and a `USER` that cannot write.',
    pages: ['run.md#outputs'],
  },
};

export const CONFIGURATION: Clauses = {
  C10: {
    title: 'hyperparameters.json',
    rule: [
      '`input/config/hyperparameters.json` is one JSON object whose values are strings, in any order. The SageMaker Python SDK encodes each value as JSON first: the number 3 is `"3"`, the string abc is `"\\"abc\\""`. Other clients of the API send `"abc"`.',
      'A program has to accept both forms: decode each value as JSON, as Python does (`NaN`, `Infinity`, large integers), and keep a value that is not JSON as a string. The API allows 100 hyperparameters, names of up to 256 and values of up to 2500 characters, without line breaks.',
    ],
    optml:
      '`train` decodes values as Python does. Fractions are 64-bit floating-point numbers, and integers have any size. A string that looks like a number needs quotes of its own: `--hp \'commit="12e3456"\'`.',
    pages: ['script-mode.md#hyperparameters'],
  },
  C11: {
    title: 'inputdataconfig.json',
    rule: [
      '`input/config/inputdataconfig.json` lists the channels with `TrainingInputMode`, `S3DistributionType`, `RecordWrapperType` and, if the request has it, `ContentType`. A FastFile channel is listed as `File`. Unknown members can appear at any time.',
    ],
    optml: '`train` accepts unknown members and missing ones. `optml run` writes the full form.',
    pages: ['channels.md'],
  },
  C12: {
    title: 'resourceconfig.json',
    rule: [
      '`input/config/resourceconfig.json` describes the hosts. Only `current_host` and `hosts` are always present. `hosts` is sorted as text (`algo-1`, `algo-10`, `algo-2`); the hosts of an instance group are not.',
      'Do not derive anything from the form of a host name, and do not assume that the network interface is `eth0`. `topology` can be null, absent or a list. The host name of the container (`ip-10-…`) is not `algo-N`.',
    ],
    optml:
      '`train` keeps the order of the file for ranks and for the first host. Missing members get the defaults of the training toolkit. `optml run` writes the full form, with `hosts` sorted as text.',
    pages: ['distributed.md'],
  },
};
