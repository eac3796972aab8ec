import type { Check } from '../../check.ts';
import { isSecretVariable, secretsInStep } from '../../image/secrets-in-text.ts';
import { aboutFiles, aboutImage } from '../about-image.ts';

const WHY = 'Whoever may pull the image can read it, and it is written into every log of the environment.';
const FIX =
  'Take it out of the image and revoke it. A job gets its credentials from its role; others belong in AWS Secrets Manager, read by the program.';

/** Contract C7, C14: credentials come from the job's role, and are no part of an image. */
export const secretsInEnvironment: Check = {
  id: 'secrets-in-environment',
  clause: 'C14',
  severity: 'should',
  title: 'No credential is in ENV',
  probe:
    'Looks for the shapes of credentials in the values of ENV, and for the names of well-known ones. Values are not shown.',
  why: WHY,
  fix: FIX,
  run: (subject) =>
    aboutImage(subject, ({ environment }) => {
      const found = [...environment].filter(([name, value]) => isSecretVariable(name, value)).map(([name]) => name);
      return found.length === 0
        ? { status: 'pass', verdict: 'none was found' }
        : {
            status: 'fail',
            verdict: `ENV holds a credential: ${found.join(', ')}`,
            evidence: { notes: found.map((name) => `${name}=******`) },
          };
    }),
};

/** Contract C14: the arguments of build steps stay in the image's history. */
export const secretsInHistory: Check = {
  id: 'secrets-in-history',
  clause: 'C14',
  severity: 'should',
  title: "No credential is in the build's steps",
  probe: 'Looks for credentials in what `docker history` tells of each step, arguments of the build included.',
  why: WHY,
  fix: `${FIX} For a build use RUN --mount=type=secret, which leaves no trace, instead of ARG.`,
  run: (subject) =>
    aboutImage(subject, ({ history, environment }) => {
      if (history.length === 0) return { status: 'unknown', verdict: "the engine does not tell the image's history" };
      // What is in ENV is told of there.
      const steps = history.filter((step) => !/^(?:\/bin\/sh -c #\(nop\)\s+)?ENV /.test(step));
      const found = [...new Set(steps.flatMap(secretsInStep))].filter((name) => !environment.has(name));
      return found.length === 0
        ? { status: 'pass', verdict: 'none was found' }
        : {
            status: 'fail',
            verdict: `a build step holds a credential: ${found.join(', ')}`,
            evidence: { notes: found.map((name) => `${name}=******`) },
          };
    }),
};

/** Contract C14. */
export const secretsInFiles: Check = {
  id: 'secrets-in-files',
  clause: 'C14',
  severity: 'should',
  title: "No credential is in the image's files",
  probe:
    "Reads the files that programs keep credentials in (.aws, .npmrc, .pypirc, pip.conf, .netrc, .git-credentials, .docker, .ssh), keys and scripts outside of the system's and packages' folders. Keys that the image's own authorized_keys go with, as MPI needs them, and ssh host keys do not count.",
  why: WHY,
  fix: `${FIX} A layer keeps what a later one deletes: build anew.`,
  run: (subject) =>
    aboutFiles(subject, (_image, { facts: { secrets } }) => {
      const [first] = secrets;
      if (first === undefined) return { status: 'pass', verdict: 'none was found' };
      return {
        status: 'fail',
        verdict: `${first.path} holds ${first.what}${secrets.length > 1 ? ` (and ${secrets.length - 1} more)` : ''}`,
        evidence: { files: secrets.slice(0, 20).map(({ path, what }) => `${path}: ${what}`) },
      };
    }),
};
