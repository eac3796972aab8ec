// The lanes of the gate, as data. Tests of a lane are the files below its folders.
//
//   shows    what its tests prove, for the table in CONTRIBUTING.md
//   needs    lanes that must have passed before
//   cost     cores that one file keeps busy: 1 computes, less mostly waits
//   atOnce   files of the lane at the same time, if fewer than there is room for
//   engine   the container engine; one lane with an engine at a time
//   isAlone  measures time: runs after everything else, one file at a time, beside nothing
//   omit     files that the lane leaves out; only: the files that it consists of
//   requires programs without which the lane is skipped: name → reason
//   timeout  seconds after which a file is ended, if not 900
//   long     how the lane differs in `npm run test:long`; isLong: part of that run only

const python = (reason) => ({ python3: reason });

// The engine makes no difference to these files: documentation, recorded cases, further builds, third-party images.
const DOCKER_ONLY = [
  'conformance',
  'custom-image',
  'docs',
  'files',
  'hostile',
  'job-life',
  'model-trainer',
  'other-base',
  'project-image',
  'repeatable',
  'sdk-jobs',
  'third-party',
].map((name) => `${name}.test.ts`);

// Jobs of both SDKs: images with PyTorch and with MPI, and the SDK 2 (310 MB). The gate runs one job of the SDK 3.
const SDK_JOBS = ['sdk-jobs.test.ts'];

// Checks of these images compare moments of output: beside other work they would fail.
const VALIDATE_TIMING = ['behaviour.test.ts'];

// Programs whose libraries are small (330 MB), and one job of the SDK 3 (940 MB).
const SMALL_PROGRAMS = [
  'boosting.test.ts',
  'model-trainer.test.ts',
  'node-and-shell.test.ts',
  'r.test.ts',
  'sklearn.test.ts',
];

const COMPUTES = 1;
const WAITS = 0.4;
const CONTAINERS = 0.5;

const BIN = 'node_modules/.bin';

// In the order of the summary.
const LANES = [
  {
    name: 'lint',
    shows: 'Biome; phrases of a word list that new texts avoid',
    command: ['npm', 'run', '--silent', 'lint'],
    cost: COMPUTES,
  },
  { name: 'types', shows: '`tsc`', command: [`${BIN}/tsc`], cost: COMPUTES },
  {
    name: 'build',
    shows: 'the bundles and declarations',
    command: ['npm', 'run', '--silent', 'build'],
    cost: COMPUTES,
  },
  {
    name: 'unit',
    shows: '`src/` file by file, without child processes of optml; the order of the lanes',
    folders: ['test/unit', 'test/runner'],
    needs: ['build'],
    cost: COMPUTES,
  },
  {
    name: 'fuzz',
    shows: 'properties of hyperparameters, malformed configuration files',
    folders: ['test/fuzz'],
    needs: ['build'],
    cost: COMPUTES,
  },
  {
    name: 'archive',
    shows: 'hostile and damaged archives, round trips with other programs, kills at any moment',
    folders: ['test/archive'],
    needs: ['build'],
    cost: COMPUTES,
  },
  {
    name: 'conformance',
    shows: 'cases recorded from the reference, byte for byte (see [test/conformance](test/conformance/README.md))',
    recorded: 'NODE',
    needs: ['build'],
    cost: COMPUTES,
    requires: python('some recorded cases are Python scripts'),
  },
  { name: 'conformance-node24', shows: 'the same on Node 24', recorded: 'NODE_24', needs: ['build'], cost: COMPUTES },
  {
    name: 'process',
    shows: 'signals, leftovers, failures, full disks, packing: real processes',
    folders: ['test/process'],
    needs: ['build'],
    cost: WAITS,
    requires: python('the failures of Python scripts are tested'),
  },
  {
    name: 'entry-points',
    shows: 'sources, programs, dependencies, the library: real programs',
    folders: ['test/entry-points'],
    needs: ['build'],
    cost: COMPUTES,
    requires: python('Python entry points are tested'),
  },
  {
    name: 'local',
    shows: '`optml run` and the commands about jobs: real processes, FIFOs, records',
    folders: ['test/local'],
    needs: ['build'],
    cost: WAITS,
  },
  {
    name: 'endpoint',
    shows: '`optml endpoint`: its services, and its clients of the AWS SDK for JavaScript',
    folders: ['test/endpoint'],
    needs: ['build'],
    cost: WAITS,
    requires: python('jobs are Python scripts'),
  },
  {
    name: 'browser',
    shows:
      'the console and the reports in Chromium: accessibility, small windows, the keyboard, live logs, hostile jobs',
    folders: ['test/browser'],
    needs: ['build'],
    cost: COMPUTES,
    atOnce: 1,
    requires: { chromium: 'pages are shown in it' },
  },
  {
    name: 'clients',
    shows:
      'real AWS clients at `optml endpoint`: boto3, both AWS CLIs, the AWS SDK for JavaScript ([test/clients](test/clients)). In the long run all their checks, and both SageMaker SDKs',
    folders: ['test/endpoint-clients'],
    needs: ['build'],
    cost: COMPUTES,
    requires: python('most clients are Python programs'),
    // The long run's SDKs poll every five seconds.
    long: { timeout: 3600 },
  },
  {
    name: 'endpoint-long',
    shows: 'S3 of `optml endpoint` beside moto, and with `aws s3 sync` of 20,000 files, rclone and s3fs',
    folders: ['test/endpoint-long'],
    isLong: true,
    needs: ['build'],
    cost: COMPUTES,
    requires: python('moto and the AWS CLI are Python programs'),
    timeout: 3600,
  },
  {
    name: 'algorithms',
    shows:
      'built-in algorithms: their hyperparameters, data and models, beside their references; names of the images of AWS ([test/algorithms](test/algorithms))',
    folders: ['test/algorithms'],
    needs: ['build'],
    cost: COMPUTES,
    requires: python('XGBoost and the SageMaker SDK are Python packages'),
  },
  {
    name: 'estimator',
    shows:
      '`optml submit`, the Estimator and what they send: real jobs at a local endpoint, uploads, logs, faults of AWS',
    folders: ['test/estimator'],
    needs: ['build'],
    cost: WAITS,
    requires: python('jobs are Python scripts'),
  },
  {
    name: 'validate',
    shows:
      '`optml validate` without containers: the command; each broken program in `test/fixtures/broken` fails only its own check',
    folders: ['test/validate'],
    needs: ['build'],
    cost: COMPUTES,
    requires: { bash: 'the broken programs are bash scripts' },
  },
  {
    name: 'distributed',
    shows:
      'launchers: ranks on several hosts of one machine, real processes, Open MPI; what is missing without a framework',
    folders: ['test/distributed'],
    needs: ['build'],
    cost: WAITS,
    isAlone: true,
    requires: python('Python programs are started on several hosts'),
  },
  {
    name: 'hostile',
    shows:
      'random hostile jobs: nothing outside of their folders is read or changed; hostile peers of distributed jobs',
    folders: ['test/hostile'],
    needs: ['build'],
    cost: COMPUTES,
  },
  {
    name: 'storage',
    shows: 'transfers from and to S3: a real server in memory, and fakes for what it cannot do',
    folders: ['test/storage'],
    needs: ['build'],
    cost: WAITS,
  },
  {
    name: 'programs',
    shows:
      'real programs and what `optml run` collects of them: xgboost, lightgbm, scikit-learn, R, Node, a job of ModelTrainer. In the long run also PyTorch, torchrun, Hugging Face, and jobs of both SageMaker SDKs',
    folders: ['test/programs'],
    only: SMALL_PROGRAMS,
    // Jobs of torchrun use the same ports of this machine.
    long: { only: undefined, atOnce: 1 },
    needs: ['build'],
    cost: COMPUTES,
    requires: python('pip installs the libraries of the programs'),
  },
  {
    name: 'frameworks',
    shows:
      'real distributed frameworks that are interrupted, lose a host or fail: mpi4py on Open MPI and MPICH, and torchrun; programs of both SageMaker SDKs and of the presets train with scikit-learn, PyTorch and TensorFlow.js; outside CI only if PyTorch is in the cache folder. The long run adds TensorFlow, accelerate, DeepSpeed, Lightning, Ray and Open MPI 5',
    folders: ['test/frameworks'],
    // Jobs of torchrun use the same ports of this machine.
    atOnce: 1,
    needs: ['build'],
    cost: COMPUTES,
    requires: python('pip installs the frameworks'),
  },
  { name: 'examples', shows: 'the examples train', folders: ['test/examples'], needs: ['build'], cost: COMPUTES },
  {
    name: 'docs',
    shows: 'the documentation matches the code',
    folders: ['test/docs'],
    needs: ['build'],
    cost: COMPUTES,
  },
  {
    name: 'images-docker',
    shows: 'the images of the container tests, built unless their inputs are unchanged',
    images: 'docker',
    engine: 'docker',
    needs: ['build'],
    cost: COMPUTES,
  },
  {
    name: 'container-docker',
    shows:
      'the images in that engine: [test/container](test/container), with the commands in the documentation, and a job of ModelTrainer. In the long run jobs of both SageMaker SDKs',
    folders: ['test/container'],
    omit: SDK_JOBS,
    long: { omit: undefined },
    engine: 'docker',
    needs: ['images-docker'],
    cost: CONTAINERS,
    atOnce: 2,
  },
  {
    name: 'local-docker',
    shows: 'jobs of `optml run` in containers: [test/local-containers](test/local-containers)',
    folders: ['test/local-containers'],
    engine: 'docker',
    needs: ['build'],
    cost: CONTAINERS,
    atOnce: 2,
  },
  {
    name: 'validate-docker',
    shows: '`optml validate` with images, and the workflow of `examples/ci`',
    folders: ['test/validate-containers'],
    omit: VALIDATE_TIMING,
    engine: 'docker',
    needs: ['images-docker'],
    cost: CONTAINERS,
    atOnce: 2,
  },
  {
    name: 'validate-docker-timing',
    shows: 'each broken image in `test/fixtures/broken` fails only its own check; some checks measure time',
    folders: ['test/validate-containers'],
    only: VALIDATE_TIMING,
    isAlone: true,
    engine: 'docker',
    needs: ['images-docker'],
    cost: CONTAINERS,
  },
  {
    name: 'distributed-docker',
    shows: 'MPI over SSH between containers: [test/distributed-docker](test/distributed-docker)',
    folders: ['test/distributed-docker'],
    engine: 'docker',
    needs: ['images-docker'],
    cost: CONTAINERS,
    atOnce: 2,
  },
  {
    name: 'images-frameworks',
    shows: 'the images of frameworks and algorithms, built unless their inputs are unchanged',
    images: 'docker',
    imageOptions: ['--packages'],
    engine: 'docker',
    needs: ['images-docker'],
    cost: COMPUTES,
  },
  {
    name: 'frameworks-docker',
    shows:
      'these images train scikit-learn, PyTorch, TensorFlow.js, XGBoost, k-means and linear learner on real data to a stated score: [test/framework-images](test/framework-images)',
    folders: ['test/framework-images'],
    engine: 'docker',
    needs: ['images-frameworks'],
    cost: CONTAINERS,
    atOnce: 2,
  },
  // The second engine: smoke tests in the gate, everything that can differ in the long run.
  {
    name: 'images-podman',
    shows: "docker's images in podman; the long run builds them with podman",
    images: 'podman',
    imageOptions: ['--from-docker', 'cpu', 'python'],
    long: { imageOptions: [] },
    engine: 'podman',
    needs: ['images-docker'],
    cost: COMPUTES,
  },
  {
    name: 'container-podman',
    shows: 'smoke tests of a job, a stop and two hosts',
    folders: ['test/container'],
    only: ['hosts.test.ts', 'job.test.ts', 'stop.test.ts'],
    long: { only: undefined, omit: DOCKER_ONLY },
    engine: 'podman',
    needs: ['images-podman'],
    cost: CONTAINERS,
    atOnce: 2,
  },
  {
    name: 'local-podman',
    shows: 'smoke tests of two hosts and of leftovers',
    folders: ['test/local-containers'],
    only: ['hosts.test.ts', 'leftovers.test.ts'],
    long: { only: undefined, omit: DOCKER_ONLY },
    engine: 'podman',
    needs: ['build'],
    cost: CONTAINERS,
    atOnce: 2,
  },
  {
    name: 'validate-load',
    shows: 'no false alarm of `optml validate` in 20 runs under load',
    command: [process.execPath, 'test/bench/validate-load.mjs', '--runs', '20'],
    isLong: true,
    isAlone: true,
    engine: 'docker',
    needs: ['build'],
    cost: COMPUTES,
    timeout: 7200,
  },
];

/** The lanes of the gate, or those of the long run. */
export function lanesOf({ isLong }) {
  if (!isLong) return LANES.filter((lane) => !lane.isLong);
  return LANES.map(({ long, ...lane }) => ({ ...lane, ...long }));
}

/** Variables for the tests in the long run: more trials, and the tests that the gate leaves out. */
export const LONG_VARIABLES = { OPTML_TEST_LONG: '1', OPTML_TEST_REPEATABLE: 'all', OPTML_TEST_VALIDATE: 'all' };
