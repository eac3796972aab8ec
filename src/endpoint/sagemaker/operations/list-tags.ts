import type { ListTagsCommandOutput } from '@aws-sdk/client-sagemaker';
import type { EndpointJobs } from '../../jobs/endpoint-jobs.ts';
import type { JsonOperation } from '../../protocols/json.ts';
import type { Answer } from '../answer.ts';
import { checkInput, validationError } from '../check-input.ts';
import { jobOfArn } from '../job-of-arn.ts';
import { tagsOf } from '../job-tags.ts';
import { modelOf } from '../models.ts';
import type { PageOptions } from '../page.ts';

interface ListTagsInput extends PageOptions {
  readonly ResourceArn: string;
}

const MODEL = modelOf<ListTagsInput>('ListTags', { requestShape: 'ListTagsInput' });

/** Lists the tags of a job. They are at most 50, which is the smallest page: there is never a second one. */
export function listTags({ store }: EndpointJobs): JsonOperation {
  return (input) => {
    const { ResourceArn: arn, NextToken: token = '' } = checkInput(MODEL, input);
    if (token !== '') throw validationError('The NextToken is not one that this operation returned.');
    return { Tags: tagsOf(store, jobOfArn(store, arn)) } satisfies Answer<ListTagsCommandOutput>;
  };
}
