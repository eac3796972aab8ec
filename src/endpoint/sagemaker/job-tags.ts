import type { JobStore } from '../../jobs/job-store.ts';
import type { JobRecord } from '../../jobs/record.ts';
import type { Problem } from '../../request/problem.ts';
import { validationError } from './check-input.ts';
import { readChanges, type Tag, writeChanges } from './job-changes.ts';

/** Most tags of a job (the service's limit). */
const MOST_TAGS = 50;

/** The tags of a job. */
export function tagsOf(store: JobStore, { TrainingJobName: name, request }: JobRecord): readonly Tag[] {
  return readChanges(store.folderOf(name)).Tags ?? (request['Tags'] as readonly Tag[] | undefined) ?? [];
}

/** Replaces the tags of a job. @throws ServiceError ValidationException for too many. */
export function setTags(store: JobStore, { TrainingJobName: name }: JobRecord, tags: readonly Tag[]): void {
  if (tags.length > MOST_TAGS) {
    throw validationError(`The number of tags must be less than or equal to ${MOST_TAGS}: it would be ${tags.length}.`);
  }
  writeChanges(store.folderOf(name), { Tags: tags });
}

/** What the service demands of tags beyond their shapes: keys of the user's own, each once. */
export function checkTags(tags: readonly Partial<Tag>[] = []): readonly Problem[] {
  const keys = tags.map(({ Key }) => Key);
  return keys.flatMap((key, index) => {
    if (key === undefined) return [];
    const path = `Tags[${index}].Key`;
    if (/^aws:/i.test(key)) return [{ path, message: `the prefix "aws:" of the tag key "${key}" is reserved` }];
    return keys.indexOf(key) < index ? [{ path, message: `the tag key "${key}" is there twice` }] : [];
  });
}
