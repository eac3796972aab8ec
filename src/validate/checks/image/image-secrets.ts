import type { Check, Finding } from '../../check.ts';
import { isSecretVariable, secretsInStep } from '../../image/secrets-in-text.ts';
import { aboutFiles, aboutImage } from '../about-image.ts';
import { MOST_LISTED } from '../support/evidence.ts';
import { fail, pass, unknown } from '../support/findings.ts';

const NONE = 'none was found';

const WHY = 'Everyone who may pull the image can read it, and it is written into every log of the environment.';
const FIX =
  'Take it out of the image and revoke it. A job gets its credentials from its role; others belong in AWS Secrets Manager, read by the program.';

/** Contract C7, C14: credentials come from the job's role, and are no part of an image. */
export const secretsInEnvironment: Check = {
  id: 'secrets-in-environment',
  clause: 'C14',
  severity: 'should',
  title: 'No credential is in ENV',
  probe:
    'Looks for the shapes of credentials in the values of ENV, and for names such as NPM_TOKEN, DB_PASSWORD or PAYMENTS_API_KEY. Values are not shown.',
  why: WHY,
  fix: FIX,
  run: (subject) =>
    aboutImage(subject, ({ environment }) => {
      const found = [...environment].filter(([name, value]) => isSecretVariable(name, value)).map(([name]) => name);
      return noVariable('ENV', found);
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
      if (history.length === 0) return unknown("the engine does not report the image's history");
      // The check of ENV reports what is there.
      const steps = history.filter((step) => !/^(?:\/bin\/sh -c #\(nop\)\s+)?ENV /.test(step));
      const found = [...new Set(steps.flatMap(secretsInStep))].filter((name) => !environment.has(name));
      return noVariable('a build step', found);
    }),
};

function noVariable(holder: string, found: readonly string[]): Finding {
  if (found.length === 0) return pass(NONE);
  const notes = found.map((name) => `${name}=******`);
  return fail(`${holder} holds a credential: ${found.join(', ')}`, { notes });
}

/** Contract C14. */
export const secretsInFiles: Check = {
  id: 'secrets-in-files',
  clause: 'C14',
  severity: 'should',
  title: "No credential is in the image's files",
  probe:
    "Reads the files that programs keep credentials in (.aws, .npmrc, .pypirc, pip.conf, .netrc, .git-credentials, .docker, .ssh), keys and scripts outside of the system's and packages' folders. Keys that the image's own authorized_keys go with, as MPI needs them, and ssh host keys do not count.",
  why: WHY,
  fix: `${FIX} A layer keeps what a later one deletes: build the image again.`,
  run: (subject) =>
    aboutFiles(subject, (_image, { facts: { secrets } }) => {
      const [first] = secrets;
      if (first === undefined) return pass(NONE);
      const others = secrets.length > 1 ? ` (and ${secrets.length - 1} more)` : '';
      const files = secrets.slice(0, MOST_LISTED).map(({ path, what }) => `${path}: ${what}`);
      return fail(`${first.path} holds ${first.what}${others}`, { files });
    }),
};
