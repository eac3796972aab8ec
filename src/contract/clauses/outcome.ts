import type { Clauses } from './clause.ts';

export const OUTCOME: Clauses = {
  C50: {
    title: 'Exit code and failure reason',
    rule: [
      'Exit code 0 means Completed, any other one Failed. The failure reason has at most 1024 characters: `AlgorithmError: ` and the start of `output/failure`, or `AlgorithmError: , exit code: N` if that file is missing.',
      "A container that was killed for its memory gets a `ClientError` that recommends a larger instance. Errors of the image, of downloads and of uploads are `ClientError` as well; `InternalServerError` is SageMaker's own, and `CapacityError` a lack of instances.",
    ],
    optml:
      '`train` writes the failure file and exits with the code of the script. `optml run` makes the same failure reasons.',
    pages: ['outcome.md'],
  },
  C51: {
    title: 'Content of the failure file',
    rule: [
      'Only the start of the file is shown, so it has to begin with the cause. The toolkit writes a class such as `ExecuteUserScriptError`, the exit code, a message and the command. Its own `train` leaves the message empty, and never replaces an existing file.',
    ],
    optml:
      '`train` writes the same form, with the error of the script and its position in the first line. A signal n is exit code 128 + n. Memory is named as the cause only if the kernel reports it.',
    pages: ['outcome.md#outputsuccess-and-outputfailure'],
  },
  C52: {
    title: 'Output is the log',
    rule: [
      'SageMaker sends standard output and standard error of each host to CloudWatch Logs, group `/aws/sagemaker/TrainingJobs`. Output that a program keeps in a buffer appears late, or never if the program is killed.',
    ],
    optml: '`train` passes both streams on unchanged and without delay, and starts Python with `PYTHONUNBUFFERED=1`.',
    pages: ['jobs.md'],
  },
  C53: {
    title: 'Artifacts',
    rule: [
      '`model.tar.gz` contains what is in `model`, `output.tar.gz` what is in `output/data`, without a folder around it. Both are at `S3OutputPath/JOB/output/`, also for a stopped job. Files of several hosts are merged; which one of two equal names is kept is not documented. `CompressionType: NONE` uploads plain files.',
      'SageMaker hosting refuses a model archive that contains links.',
    ],
    optml:
      'optml merges files in the order of the hosts, and a warning names those that were replaced. It also warns about links.',
    pages: ['outcome.md#artifacts', 'run.md#outputs'],
  },
  C54: {
    title: 'Checkpoints',
    rule: [
      'While the job runs, SageMaker copies the content of `/opt/ml/checkpoints` (or of `LocalPath`) to `S3Uri`, deletions included. Before each start, and each attempt, it copies everything at `S3Uri` to every host. All hosts share one location: use unique names.',
      'The uploader leaves empty files beside the others, named `.sagemaker-uploading` and `.sagemaker-uploaded`. A script that lists its checkpoints has to skip them.',
    ],
    optml:
      '`optml run` does the same with a folder or S3. `--interrupt-after` shows whether a script resumes. `checkpointPath()` returns the right folder on each engine.',
    pages: ['run.md#stopping-interruptions-checkpoints'],
  },
  C55: {
    title: 'Metrics',
    rule: [
      'SageMaker searches each line of both streams for the expressions of `MetricDefinitions`, in the dialect of Python. The first group is the value, and the last value is the final metric. A request has at most 40 definitions, with names of up to 255 and expressions of up to 500 characters.',
      'Control characters of a line appear as `#` and three octal digits (TAB is `#011`), so `\\t` in an expression matches nothing.',
    ],
    optml: '`optml run` follows both rules, and warns about a metric without values.',
    pages: ['jobs.md'],
  },
  C56: {
    title: 'Intermediate output',
    rule: [
      'With the hyperparameter `sagemaker_s3_output`, the toolkit uploads each closed file in `output/intermediate` while the script runs. SageMaker itself does not read this folder. The toolkit misses renamed files, and only logs failed uploads.',
    ],
    optml: '`train` uploads renamed files too, repeats failed uploads, and names what is missing at the end.',
    pages: ['intermediate-output.md'],
  },
  C57: {
    title: 'Stop: SIGTERM, then SIGKILL after 120 seconds',
    rule: [
      'To stop a job, SageMaker sends SIGTERM to process 1 of each container. After 120 seconds it sends SIGKILL. The program should save its work and exit; the job is then Stopped, and its artifacts are kept.',
      'It is not documented how a spot interruption reaches a container. Most people assume the same signal: rely on checkpoints instead. Under the training toolkit, no signal reaches the script.',
    ],
    optml:
      '`train` passes the signal to the script, gives it 110 seconds (`OPTML_STOP_GRACE_SECONDS`), and packs what it has saved. `onStop()` of the library calls a function.',
    pages: ['outcome.md#stopping', 'run.md#stopping-interruptions-checkpoints'],
  },
  C58: {
    title: 'Status of a job',
    rule: [
      '`TrainingJobStatus` is InProgress, Stopping, or one of the ends Completed, Failed and Stopped. `SecondaryStatus` names the step: Starting, Downloading, Training, Uploading; also Pending, Interrupted, Restarting, MaxRuntimeExceeded and MaxWaitTimeExceeded. `SecondaryStatusTransitions` has one entry per step.',
      'Before Training, instances are prepared and the image is downloaded; a large image delays every job. `MaxRuntimeInSeconds` covers all attempts together. A job that has ended cannot be stopped.',
    ],
    optml: '`optml run` records the same statuses, with the same messages.',
    pages: ['jobs.md'],
  },
  C59: {
    title: 'Retries',
    rule: [
      '`RetryStrategy.MaximumRetryAttempts` (1 to 30) repeats a job after an `InternalServerError`, and never after a failure of the script. After a fault of a GPU, SageMaker may restart the containers of any job from its checkpoints.',
    ],
    optml: '`optml run` repeats a job after a failure of the container engine, from its checkpoints.',
    pages: ['run.md#stopping-interruptions-checkpoints'],
  },
};

export const EXIT_CODES_AND_SUCCESS: Clauses = {
  C71: {
    title: 'Exit code 0 only for a complete success',
    rule: [
      'The toolkit exits with 1 for every failed script. In some cases it exits with 0 although the job failed: when the disk is full and it cannot write its files, or when the first host of an MPI job is lost.',
    ],
    optml:
      'Exit code 0 of `train` means that the script succeeded on this host, and that the artifacts and the success file are written.',
    pages: ['outcome.md#exit-code'],
  },
  C73: {
    title: 'A signal is a failure',
    rule: [
      'A program that a signal ended has failed, also for a real-time signal (34 to 64), which Node reports like a success.',
    ],
    optml:
      'A small parent process of the program reports the real end. The exit code is 128 + the number of the signal.',
    pages: ['outcome.md#stopping'],
  },
};

export const LOG_LINES: Clauses = {
  C72: {
    title: 'Log lines that other tools look for',
    rule: [
      'The toolkit logs to standard error. Some tools search for `Invoking user script`, for `Reporting training SUCCESS`, and for `Reporting training FAILURE` with the text of the failure after it.',
    ],
    optml: '`train` prints the two `Reporting training` lines and the `Invoking` lines.',
    pages: ['settings.md'],
  },
};
