/** What differs between the READMEs of the templates. */
export interface ReadmeFacts {
  /** What the project learns, and by what: sentences. */
  readonly about: string;
  /** What a job without a container needs: sentences. */
  readonly needs: string;
  /** Commands that install it. */
  readonly install: readonly string[];
  readonly script: string;
  /** The file in `model.tar.gz`. */
  readonly model: string;
  /** The image on SageMaker: sentences. */
  readonly image: string;
  /** Further options of `optml submit`. */
  readonly submitOptions?: string;
}

/** The README of a project: how to train, and what to do next. */
export function readme(name: string, facts: ReadmeFacts): string {
  const { about, needs, install, script, model, image, submitOptions = '' } = facts;
  const commands = [...install, 'optml run job.json --engine process'].map((command) => `    ${command}\n`).join('');
  return `# ${name}

${about} Every fifth row of \`data/iris.csv\` tests the model.

## Train on this machine

${needs}

${commands}
The job prints \`accuracy=…\`. The model is \`${model}\` in \`output/${name}/output/model.tar.gz\`. Another run gets
another name: \`${name}-2\`. Without \`--engine process\` the job runs in a container; if its image is missing, the error says how to
build it.

## Next steps

1. Replace the data in \`data/\`, and change how \`${script}\` reads it.
2. Change the hyperparameters in \`job.json\`, or those of one run: \`--hp NAME=VALUE\`.
3. Read what a job has printed, and its metrics: \`optml logs ${name}\`, \`optml describe ${name}\`.
4. Train on SageMaker. ${image}

       optml submit job.json --instance-type ml.m5.large --role ROLE_ARN${submitOptions}
`;
}
