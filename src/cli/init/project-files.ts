import { RESOURCE_DEFAULTS } from '../../contract/hosts.ts';
import type { DevelopmentPackages } from './own-packages.ts';
import { projectReadme } from './project-readme.ts';
import { projectTest } from './project-test.ts';
import type { Template } from './template.ts';

/** All files of a project by their paths in it. `name` is that of its job. */
export function projectFiles(
  template: Template,
  name: string,
  packages: DevelopmentPackages,
): Readonly<Record<string, string>> {
  const isTypeScript = template.language === 'typescript';
  return {
    'README.md': projectReadme(template, name),
    'package.json': json(packageOf(template, name, packages)),
    ...(isTypeScript && { 'tsconfig.json': json(TYPESCRIPT_CONFIG) }),
    'job.json': json(jobOf(template, name)),
    Dockerfile: `${DOCKERFILE_NOTE}${template.dockerfile}`,
    '.gitignore': lines(['node_modules/', 'output/', 'optml-output/', 'ml/', ...PYTHON_CACHES]),
    '.optmlignore': `# What a job does not need: the copy of the source leaves it out.\n${lines(NOT_IN_JOBS)}`,
    '.dockerignore': lines(['.git/', 'optml-output/', ...NOT_IN_JOBS]),
    ...template.files,
    ...(template.dependencies && { 'src/package.json': json(sourcePackage(template.dependencies)) }),
    [isTypeScript ? 'test/train.test.ts' : 'test/train.test.mjs']: projectTest(template),
  };
}

const DOCKERFILE_NOTE =
  "# The image below is built in optml's own repository, optml:NAME by: sh docker/build.sh NAME; optml by: docker build -t optml .\n";
const PYTHON_CACHES = ['__pycache__/'];
const NOT_IN_JOBS = ['node_modules/', 'data/', 'output/', 'ml/', 'test/', ...PYTHON_CACHES];

const TYPESCRIPT_CONFIG = {
  compilerOptions: {
    target: 'ES2023',
    module: 'NodeNext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['src', 'test'],
};

function packageOf({ language, dependencies }: Template, name: string, packages: DevelopmentPackages): unknown {
  const isTypeScript = language === 'typescript';
  const { optml, ...ofTypeScript } = packages;
  return {
    // npm allows no capital letters.
    name: name.toLowerCase(),
    private: true,
    type: 'module',
    scripts: {
      ...(isTypeScript && { check: 'tsc' }),
      test: isTypeScript ? 'node --import tsx --test test/train.test.ts' : 'node --test test/train.test.mjs',
      train: 'optml run job.json --engine process',
      validate: 'optml validate . --job job.json --engine process',
    },
    ...(dependencies !== undefined && { workspaces: ['src'] }),
    devDependencies: sorted({ optml, ...(isTypeScript && ofTypeScript) }),
  };
}

/** What a job installs: without the tools of the project, which a registry would be asked for. */
function sourcePackage(dependencies: Readonly<Record<string, string>>): unknown {
  return { private: true, type: 'module', dependencies };
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

function sorted(packages: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function lines(rules: readonly string[]): string {
  return rules.map((rule) => `${rule}\n`).join('');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
