import type { TrainingJobRequest } from '../../../request/request.ts';
import type { Check } from '../../check.ts';
import { aboutImage } from '../about-image.ts';
import { fail, pass, unknown } from '../support/findings.ts';

/** The only instance type that takes arm64 (contract C6). */
const ARM_TYPE = 'ml.p6e-gb200.36xlarge';

/** Contract C6: training instances are linux/amd64, but for one type. */
export const architecture: Check = {
  id: 'architecture',
  clause: 'C6',
  severity: 'must',
  title: 'The image is for linux/amd64',
  probe: 'Asks the engine what the image is for, and the job, if given, for its instance types.',
  why: 'An image for another architecture does not start: "exec format error". An image built on an ARM laptop is for arm64.',
  fix: `docker build --platform linux/amd64 …; arm64 is for ${ARM_TYPE} alone: name it in the job (--job).`,
  run: (subject) =>
    aboutImage(subject, (image) => {
      const platform = `${image.os || 'linux'}/${image.architecture}`;
      if (image.architecture === '') return unknown('the engine does not say');
      const isArmJob = instanceTypes(subject.job).includes(ARM_TYPE);
      const wanted = isArmJob ? 'linux/arm64' : 'linux/amd64';
      return platform === wanted
        ? pass(`it is for ${platform}`)
        : fail(`it is for ${platform}, not ${wanted}`, { notes: [`platform ${platform}`] });
    }),
};

function instanceTypes(job: TrainingJobRequest | undefined): readonly string[] {
  const { InstanceType, InstanceGroups = [] } = job?.ResourceConfig ?? {};
  return [...(InstanceType === undefined ? [] : [InstanceType]), ...InstanceGroups.map((group) => group.InstanceType)];
}
