import type { SearchCommandOutput } from '@aws-sdk/client-sagemaker';
import type { JobStore } from '../../../jobs/job-store.ts';
import type { EndpointJobs } from '../../jobs/endpoint-jobs.ts';
import type { JsonOperation } from '../../protocols/json.ts';
import type { Answer } from '../answer.ts';
import { checkInput, validationError } from '../check-input.ts';
import { describeRecord } from '../describe-record.ts';
import { tagsOf } from '../job-tags.ts';
import { modelOf } from '../models.ts';
import { type PageOptions, pageOf } from '../page.ts';
import { countConditions, fulfils, type SearchExpression, textOf } from '../search/expression.ts';
import { propertyValues, type Searched } from '../search/property-values.ts';

interface SearchInput extends PageOptions {
  readonly Resource: string;
  readonly SearchExpression?: SearchExpression;
  readonly SortBy?: string;
  readonly SortOrder?: 'Ascending' | 'Descending';
}

const MODEL = modelOf<SearchInput>('Search');
const DEFAULT_SIZE = 10;
// The service's limit.
const MOST_CONDITIONS = 20;

/** Finds training jobs by their properties, with secrets masked: no search finds out a secret. */
export function search({ store }: EndpointJobs): JsonOperation {
  return async (input) => {
    const { NextToken = '', MaxResults = DEFAULT_SIZE, ...question } = checkInput(MODEL, input);
    const { Resource: resource, SearchExpression: expression = {}, SortBy: by = 'CreationTime', SortOrder } = question;
    if (resource !== 'TrainingJob')
      throw validationError(`Search for ${resource} is not part of optml: it finds TrainingJob.`);
    if (countConditions(expression) > MOST_CONDITIONS) {
      throw validationError(`The search expression has more than ${MOST_CONDITIONS} conditions.`);
    }
    const found: Searched[] = [];
    for await (const job of jobsOf(store)) if (fulfils(job, expression)) found.push(job);
    const keyOf = (job: Searched) => [sortKey(job, by), String(job['TrainingJobName'])] as const;
    const page = pageOf(
      found,
      { NextToken, MaxResults },
      { question, defaultSize: DEFAULT_SIZE, keyOf, order: SortOrder ?? 'Descending' },
    );
    return {
      Results: page.items.map((job) => ({ TrainingJob: job })),
      ...(page.NextToken !== undefined && { NextToken: page.NextToken }),
    } satisfies Answer<SearchCommandOutput>;
  };
}

// Each record is read: other requests are answered in between.
async function* jobsOf(store: JobStore): AsyncGenerator<Searched> {
  for (const { TrainingJobName: name } of store.list()) {
    await new Promise(setImmediate);
    try {
      const record = store.read(name);
      yield { ...describeRecord(store, record), Tags: tagsOf(store, record) };
    } catch {
      // It has been deleted meanwhile.
    }
  }
}

// Without the property a job is in front of all others.
function sortKey(job: Searched, property: string): number | string {
  const [value = ''] = propertyValues(job, property);
  return typeof value === 'number' ? value : textOf(value);
}
