import { EXIT_CODES } from '../../contract/exit-codes.ts';
import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';
import { hasEnded } from '../../jobs/status.ts';
import { printResult } from '../../log/print.ts';
import { visibleJson } from '../../text/visible.ts';
import type { GivenOptions } from '../options/parse-options.ts';
import { jobTable } from '../view/job-table.ts';
import { withCloud } from './open-cloud.ts';

/** `optml describe JOB --cloud`. Returns the exit code. @throws OptmlError JOB_NOT_FOUND, AWS_REFUSED and others. */
export async function describeCloudJob(given: GivenOptions, variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const [name = ''] = given.operands;
  return withCloud(variables, async ({ platform }) => {
    const description = await platform.describe(name);
    const isJson = given.flags.has('json');
    printResult(
      isJson ? visibleJson(`${JSON.stringify(description, null, 2)}\n`) : readable(description, platform.region),
    );
    return EXIT_CODES.success;
  });
}

function readable(description: TrainingJobDescription, region: string): string {
  const { ResourceConfig: resources, ModelArtifacts, TrainingJobStatus: status } = description;
  const groups = resources?.InstanceGroups ?? (resources === undefined ? [] : [resources]);
  const instances = groups.map(({ InstanceCount: count = 1, InstanceType: type = '?' }) => `${count} x ${type}`);
  // Until its end the answer has the place where the model will be.
  const model = hasEnded(status) ? ModelArtifacts : undefined;
  return jobTable(
    { ...description, ModelArtifacts: model, request: description },
    {
      place: [
        ['Region', region],
        ['Instances', instances.length === 0 ? undefined : instances.join(', ')],
        ['Role', description.RoleArn],
      ],
      end: [['ARN', description.TrainingJobArn]],
    },
  );
}
