// Builds the images that the container tests run, named as test/container/support/engine.ts names them. The CUDA base of
// the GPU variant is stood in for by the CPU base that brings no Node: all of its own steps run, no CUDA is there.
//
//   node test/container/build-images.mjs [ENGINE] [--remove]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const [, , engine = 'docker', option] = process.argv;

const VARIANTS = {
  cpu: ['-f', 'Dockerfile'],
  python: ['-f', 'docker/python.Dockerfile', '--build-arg', 'OPTML=optml-test:cpu'],
  mpi: ['-f', 'docker/mpi.Dockerfile', '--build-arg', 'OPTML=optml-test:cpu'],
  gpu: [
    '-f',
    'docker/gpu.Dockerfile',
    '--build-arg',
    'OPTML=optml-test:cpu',
    '--build-arg',
    'CUDA=debian:bookworm-slim',
  ],
};

if (option === '--remove') {
  // Without the names; the layers stay in the engine's cache as long as it keeps them.
  const names = Object.keys(VARIANTS).map((variant) => `optml-test:${variant}`);
  process.exit(spawnSync(engine, ['image', 'rm', '-f', ...names], { stdio: 'ignore' }).status ?? 1);
}

for (const [variant, args] of Object.entries(VARIANTS)) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(engine, ['build', '-t', `optml-test:${variant}`, ...args, '.'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}\n${engine} could not build the ${variant} image\n`);
    process.exit(1);
  }
  process.stdout.write(`${variant} image built by ${engine} in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}
