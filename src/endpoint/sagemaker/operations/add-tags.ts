import type { AddTagsCommandOutput } from '@aws-sdk/client-sagemaker';
import type { EndpointJobs } from '../../jobs/endpoint-jobs.ts';
import type { JsonOperation } from '../../protocols/json.ts';
import type { Answer } from '../answer.ts';
import { checkInput } from '../check-input.ts';
import type { Tag } from '../job-changes.ts';
import { jobOfArn } from '../job-of-arn.ts';
import { checkTags, setTags, tagsOf } from '../job-tags.ts';
import { modelOf } from '../models.ts';

interface AddTagsInput {
  readonly ResourceArn: string;
  readonly Tags: readonly Tag[];
}

const MODEL = modelOf<AddTagsInput>('AddTags', {
  requestShape: 'AddTagsInput',
  rules: [({ Tags }) => checkTags(Tags)],
});

/** Adds tags to a job, or replaces the values of those that it has. Answers with the added ones. */
export function addTags({ store }: EndpointJobs): JsonOperation {
  return (input) => {
    const { ResourceArn: arn, Tags: given } = checkInput(MODEL, input);
    const record = jobOfArn(store, arn);
    const all = new Map([...tagsOf(store, record), ...given].map(({ Key, Value }) => [Key, Value]));
    setTags(
      store,
      record,
      [...all].map(([Key, Value]) => ({ Key, Value })),
    );
    return { Tags: given } satisfies Answer<AddTagsCommandOutput>;
  };
}
