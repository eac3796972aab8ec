import { RESOURCE_DEFAULTS } from '../../contract/hosts.ts';
import { type ReadmeFacts, readme } from './readme.ts';

/** A project that `optml init` writes. */
export interface Template {
  /** Path in the project → content. The job file is made from the rest. */
  readonly files: Readonly<Record<string, string>>;
  /** The README of a project that says what to do next, if the template has one. */
  readonly readme?: ReadmeFacts;
  /** `TrainingImage` of the job. */
  readonly image: string;
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly metrics: readonly { readonly Name: string; readonly Regex: string }[];
}

/** All files of a project, with its README and its job file: a CreateTrainingJob request with local paths. */
export function projectFiles(template: Template, name: string): Readonly<Record<string, string>> {
  const job = `${JSON.stringify(jobOf(template, name), null, 2)}\n`;
  const readmeFile = template.readme === undefined ? {} : { 'README.md': readme(name, template.readme) };
  return { ...template.files, ...readmeFile, 'job.json': job };
}

function jobOf({ image, hyperparameters, metrics }: Template, name: string): unknown {
  return {
    TrainingJobName: name,
    AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File', MetricDefinitions: metrics },
    HyperParameters: hyperparameters,
    InputDataConfig: [
      {
        ChannelName: 'training',
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './data' } },
      },
    ],
    OutputDataConfig: { S3OutputPath: './output' },
    ResourceConfig: { InstanceType: RESOURCE_DEFAULTS.instanceType, InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
  };
}
