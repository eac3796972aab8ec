import type { Template } from './template.ts';

/** The README of a project. */
export function projectReadme({ about, language, program, packages }: Template, name: string): string {
  const isTypeScript = language === 'typescript';
  const commands = [
    ['npm install', 'optml and what the tests need'],
    ...(isTypeScript ? [['npm run check', 'checks the types']] : []),
    ['npm test', 'runs the job, and checks its score'],
    ['npm run train', 'runs the job; its model is in output/'],
    ['npm run validate', 'checks the job against the rules of SageMaker containers'],
  ] as const;
  const width = Math.max(...commands.map(([command]) => command.length));
  const python = packages === undefined ? '' : `\nThe Python of this machine needs \`${packages}\`.\n`;
  return `# ${name}

A training job for Amazon SageMaker that also runs on this machine. It learns the species of irises by ${about}.
Every fifth flower tests the model.

\`\`\`sh
${commands.map(([command, what]) => `${command.padEnd(width)}   # ${what}`).join('\n')}
\`\`\`
${python}
If optml is not in your registry, install its package first: \`npm install --save-dev ./optml-VERSION.tgz\`.

| file | contents |
| --- | --- |
| \`${program}\` | the script |
| \`data/iris.csv\` | the channel \`training\` |
| \`job.json\` | the CreateTrainingJob request. Replace its paths with S3 URIs, the image and the instance type for SageMaker |
| \`Dockerfile\` | an image of the script |
| \`${isTypeScript ? 'test/train.test.ts' : 'test/train.test.mjs'}\` | runs the job and checks its score |
| \`.optmlignore\` | what a job does not need |

The data are 150 irises, measured by Edgar Anderson and published by R. A. Fisher in "The use of multiple measurements in
taxonomic problems" (1936), as scikit-learn contains them.
`;
}
