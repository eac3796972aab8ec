import type { Check } from '../../check.ts';
import type { FileEntry } from '../../observe/observation.ts';
import { evidenceOf, MOST_LISTED } from '../support/evidence.ts';
import { fail, pass, skipped, unknown } from '../support/findings.ts';
import { onSuccess } from '../support/on-success.ts';
import { filesBelow, hasSucceeded, listed } from '../support/outcome.ts';
import { READ_ONLY_CHANNELS } from '../support/scenarios.ts';

/** Contract C53: what is in `model/` becomes `model.tar.gz`. */
export const modelLeft: Check = {
  id: 'model-left',
  clause: 'C53',
  severity: 'should',
  title: 'A job that succeeds leaves a model in /opt/ml/model',
  probe: 'After the job has succeeded, /opt/ml/model is listed.',
  why: 'Nothing else is packed as model.tar.gz: a model that lies elsewhere is lost with the container.',
  fix: 'Write the model to /opt/ml/model (SM_MODEL_DIR where the toolkit sets it).',
  run: (subject) =>
    onSuccess(subject, ({ observation, host }) => {
      const files = filesBelow(host, 'model');
      if (files.length > 0) {
        const evidence = evidenceOf(observation, host, { files: files.slice(0, MOST_LISTED).map(listed) });
        return pass(`it leaves ${files.length} file(s) in /opt/ml/model`, evidence);
      }
      const others = host.files.filter(({ kind }) => kind === 'file').map(listed);
      return fail(
        'it reports success, and /opt/ml/model is empty',
        evidenceOf(observation, host, { files: others.slice(0, MOST_LISTED) }),
      );
    }),
};

/** Contract C53: hosting refuses an archive with links. */
export const modelLinks: Check = {
  id: 'model-links',
  clause: 'C53',
  severity: 'should',
  title: 'The model holds plain files only',
  probe: 'After the job has succeeded, /opt/ml/model is looked through for links, sockets, FIFOs and devices.',
  why: 'They are packed as they are: hosting refuses a model archive that holds links, and a link to a file outside of it leads nowhere.',
  fix: 'Copy the file instead of linking to it.',
  run: (subject) =>
    onSuccess(subject, ({ observation, host }) => {
      const files = filesBelow(host, 'model');
      if (files.length === 0) return skipped('there is no model');
      const odd = files.filter(isOdd);
      const evidence = evidenceOf(observation, host, { files: odd.slice(0, MOST_LISTED).map(listed) });
      if (odd.length === 0) return pass('the model holds plain files only', evidenceOf(observation, host));
      return fail(`the model holds ${odd.length} link(s) or special file(s): ${odd[0]?.path}`, evidence);
    }),
};

function isOdd({ kind, names }: FileEntry): boolean {
  return kind === 'link' || kind === 'other' || (kind === 'file' && names > 1);
}

/** Contract C53, advice: the same job twice. */
export const modelRepeatable: Check = {
  id: 'model-repeatable',
  clause: 'C53',
  severity: 'advice',
  title: 'The same job twice leaves the same model',
  probe: 'The job is run twice, and the files in /opt/ml/model are compared byte for byte.',
  why: 'A model that can be made again can be traced and compared. Training need not be repeatable: this is advice.',
  fix: 'Seed the generators of random numbers, sort what a file system or a set lists, and leave times out of files.',
  run: (subject) =>
    onSuccess(subject, async ({ observation, host }) => {
      const again = (await subject.observe(READ_ONLY_CHANNELS)).hosts[0];
      const files = filesBelow(host, 'model');
      if (files.length === 0) return skipped('there is no model');
      if (again === undefined || !hasSucceeded(again)) return unknown('the second run did not succeed');
      const differing = differences(files, filesBelow(again, 'model'));
      if (differing.length === 0) return pass('two runs leave the same model', evidenceOf(observation, host));
      const evidence = evidenceOf(observation, host, { files: differing.slice(0, MOST_LISTED) });
      return fail(`two runs of the same job leave different models: ${differing[0]}`, evidence);
    }),
};

function differences(first: readonly FileEntry[], second: readonly FileEntry[]): readonly string[] {
  const tell = ({ bytes, sha256, target }: FileEntry) => `${sha256 ?? bytes} ${target ?? ''}`;
  const [before, after] = [first, second].map((files) => new Map(files.map((file) => [file.path, tell(file)])));
  const paths = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].sort();
  return paths.filter((path) => before?.get(path) !== after?.get(path)).map((path) => `/opt/ml/${path}`);
}
