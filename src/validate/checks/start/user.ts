import type { Check } from '../../check.ts';
import { aboutFiles, aboutImage } from '../about-image.ts';
import { fail, pass } from '../support/findings.ts';

const userName = (user: string) => user.split(':')[0] ?? '';
const userEvidence = (user: string) => ({ notes: [`USER ${user || 'root (none is set)'}`] });

/** Contract C4: the container runs as the user that the image names, which has to exist. */
export const userExists: Check = {
  id: 'user-exists',
  clause: 'C4',
  severity: 'must',
  title: 'The USER of the image exists in it',
  probe: 'Reads USER and /etc/passwd. A number needs no entry.',
  why: 'A container whose user is unknown is not started.',
  fix: "RUN useradd NAME before USER NAME, or leave USER out: the platform's folders belong to root.",
  run: (subject) =>
    aboutFiles(subject, (image, files) => {
      const name = userName(image.user);
      const evidence = userEvidence(image.user);
      if (name === '' || name === 'root' || /^\d+$/.test(name)) {
        return pass('no entry in /etc/passwd is needed', evidence);
      }
      return files.facts.users?.has(name) === true
        ? pass(`"${name}" is in /etc/passwd`, evidence)
        : fail(`USER is "${name}", who is not in /etc/passwd`, evidence);
    }),
};

/** Contract C9: what the platform mounts belongs to root. */
export const userIsRoot: Check = {
  id: 'user-is-root',
  clause: 'C9',
  severity: 'should',
  title: 'The container runs as root',
  probe: 'Reads USER.',
  why: '/opt/ml/model and /opt/ml/output belong to root with mode 0755 on the platform, and in one recorded job others could not even enter input/config: another user may be able to save nothing.',
  fix: 'Leave USER out, or give rights up inside of the program once its places are open.',
  run: (subject) =>
    aboutImage(subject, ({ user }) => {
      const isRoot = ['', 'root', '0'].includes(userName(user));
      const evidence = userEvidence(user);
      return isRoot
        ? pass('it is root', evidence)
        : fail(`the image runs as "${user}", who may not write to root's folders`, evidence);
    }),
};
