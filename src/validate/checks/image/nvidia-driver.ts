import type { Check } from '../../check.ts';
import { aboutFiles } from '../about-image.ts';
import { MOST_LISTED } from '../support/evidence.ts';
import { fail, pass } from '../support/findings.ts';

/** Contract C6: the NVIDIA driver is the host's. */
export const nvidiaDriver: Check = {
  id: 'nvidia-driver',
  clause: 'C6',
  severity: 'should',
  title: 'No NVIDIA driver is in the image',
  probe:
    "Looks for libcuda.so, libnvidia-ml.so and others with a driver's version, and for the program nvidia-smi. CUDA's own folders compat and stubs do not count.",
  why: "The host brings its driver in when the container starts. Another in the image is found first, and does not fit the host's kernel: no GPU is seen.",
  fix: 'Install the CUDA toolkit only (from an nvidia/cuda base, without packages named nvidia-driver, libnvidia-compute, nvidia-utils).',
  run: (subject) =>
    aboutFiles(subject, (_image, { facts: { driver } }) =>
      driver.length === 0
        ? pass('there is none')
        : fail(`a part of the driver is in the image: ${driver[0]}`, { files: driver.slice(0, MOST_LISTED) }),
    ),
};
