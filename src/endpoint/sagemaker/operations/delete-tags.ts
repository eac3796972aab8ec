import type { EndpointJobs } from '../../jobs/endpoint-jobs.ts';
import type { JsonOperation } from '../../protocols/json.ts';
import { checkInput } from '../check-input.ts';
import { jobOfArn } from '../job-of-arn.ts';
import { setTags, tagsOf } from '../job-tags.ts';
import { modelOf } from '../models.ts';

interface DeleteTagsInput {
  readonly ResourceArn: string;
  readonly TagKeys: readonly string[];
}

const MODEL = modelOf<DeleteTagsInput>('DeleteTags', { requestShape: 'DeleteTagsInput' });

/** Removes tags of a job. Keys that it does not have change nothing. */
export function deleteTags({ store }: EndpointJobs): JsonOperation {
  return (input) => {
    const { ResourceArn: arn, TagKeys: keys } = checkInput(MODEL, input);
    const record = jobOfArn(store, arn);
    setTags(
      store,
      record,
      tagsOf(store, record).filter(({ Key }) => !keys.includes(Key)),
    );
    return {};
  };
}
