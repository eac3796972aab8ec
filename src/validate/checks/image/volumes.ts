import { posix } from 'node:path';
import { DEFAULT_BASE_DIR } from '../../../contract/paths.ts';
import type { Check } from '../../check.ts';
import { aboutImage } from '../about-image.ts';
import { fail, pass } from '../support/findings.ts';

/** Contract C5: what is mounted below `/opt/ml` is the platform's choice. */
export const volumes: Check = {
  id: 'volumes',
  clause: 'C5',
  severity: 'should',
  title: 'No VOLUME is below /opt/ml',
  probe: 'Reads VOLUME.',
  why: 'A volume of the image is mounted over its folder in what a runner mounts at /opt/ml: files written there, such as the model, are lost with the container.',
  fix: 'Remove /opt/ml and its folders from VOLUME in the Dockerfile. A volume of the base image cannot be removed: use another base.',
  run: (subject) =>
    aboutImage(subject, (image) => {
      const found = image.volumes.filter((path) => isInMl(posix.resolve('/', path)));
      if (found.length === 0) return pass('there is none');
      return fail(`VOLUME ${found.join(', ')} hides what is mounted at ${DEFAULT_BASE_DIR}`, { files: found });
    }),
};

function isInMl(path: string): boolean {
  return path === DEFAULT_BASE_DIR || path.startsWith(`${DEFAULT_BASE_DIR}/`);
}
