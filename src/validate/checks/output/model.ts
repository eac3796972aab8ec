import type { Check } from '../../check.ts';
import type { FileEntry } from '../../observe/observation.ts';
import { evidenceOf, MOST_LISTED } from '../support/evidence.ts';
import { fail, notApplicable, pass, skipped, unknown } from '../support/findings.ts';
import { onSuccess } from '../support/on-success.ts';
import { filesBelow, hasSucceeded, listed, pathInMl, replacementOf, unseenIn } from '../support/outcome.ts';
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
      const evidence = evidenceOf(observation, host, { files: others.slice(0, MOST_LISTED) });
      const unseen = unseenIn(host, 'model');
      if (unseen !== undefined) return unknown(`not all of its files could be looked at: ${unseen}`, evidence);
      const replacement = replacementOf(host, 'model') ?? 'empty';
      return fail(`it reports success, and /opt/ml/model is ${replacement}`, evidence);
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
      const [first, ...others] = files.filter(isOdd);
      if (first !== undefined) {
        const odd = [first, ...others];
        const evidence = evidenceOf(observation, host, { files: odd.slice(0, MOST_LISTED).map(listed) });
        return fail(`the model holds ${odd.length} link(s) or special file(s): ${pathInMl(first.path)}`, evidence);
      }
      const replacement = replacementOf(host, 'model');
      if (replacement !== undefined) return fail(`/opt/ml/model is ${replacement}`, evidenceOf(observation, host));
      const unseen = unseenIn(host, 'model');
      if (unseen !== undefined) return unknown(`not all of the model could be looked at: ${unseen}`);
      if (files.length === 0) return notApplicable('there is no model');
      return pass('the model holds plain files only', evidenceOf(observation, host));
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
      const second = await subject.observe(READ_ONLY_CHANNELS);
      if (second.cannot !== undefined) return skipped(second.cannot);
      const [again] = second.hosts;
      const files = filesBelow(host, 'model');
      const unseen = unseenIn(host, 'model') ?? (again && unseenIn(again, 'model'));
      if (unseen !== undefined) return unknown(`not all of the model could be looked at: ${unseen}`);
      if (files.length === 0) return notApplicable('there is no model');
      if (again === undefined || !hasSucceeded(again)) return unknown('the second run did not succeed');
      const others = filesBelow(again, 'model');
      const differing = differences(files, others);
      const unread = [...files, ...others].find(({ kind, sha256 }) => kind === 'file' && sha256 === undefined);
      if (differing.length === 0 && unread !== undefined) {
        return unknown(`the bytes of ${pathInMl(unread.path)} could not be compared: too many, or unreadable`);
      }
      if (differing.length === 0) return pass('two runs leave the same model', evidenceOf(observation, host));
      const evidence = evidenceOf(observation, host, { files: differing.slice(0, MOST_LISTED) });
      return fail(`two runs of the same job leave different models: ${differing[0]}`, evidence);
    }),
};

function differences(first: readonly FileEntry[], second: readonly FileEntry[]): readonly string[] {
  const [before, after] = [first, second].map((files) => new Map(files.map((file) => [file.path, file])));
  const paths = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].sort();
  return paths.filter((path) => differ(before?.get(path), after?.get(path))).map(pathInMl);
}

function differ(first: FileEntry | undefined, second: FileEntry | undefined): boolean {
  if (first?.kind !== second?.kind || first?.target !== second?.target) return true;
  if (first?.kind === 'file' && first.bytes !== second?.bytes) return true;
  const isRead = first?.sha256 !== undefined && second?.sha256 !== undefined;
  return isRead && first.sha256 !== second.sha256;
}
