import { type AwsImage, type ImageAlias, PYTHON, type PythonModule, type SoftwareVersion } from './image-alias.ts';

/** The Python of our image, and the versions of packages that messages recommend. */
export const FRAMEWORK_VERSIONS = { python: '3.11', sklearn: '1.9.1', torch: '2.13.0' } as const;

/** A package of a framework: its name for people, its module, and its name and version on PyPI. No image of ours has it. */
interface Framework extends PythonModule {
  readonly name: string;
}

/** Our image with Python, where scripts of all frameworks run. */
const IMAGE = 'optml:python';

const SKLEARN: Framework = {
  name: 'scikit-learn',
  module: 'sklearn',
  distribution: `scikit-learn==${FRAMEWORK_VERSIONS.sklearn}`,
};
const TORCH: Framework = {
  name: 'PyTorch',
  module: 'torch',
  distribution: `torch==${FRAMEWORK_VERSIONS.torch}`,
};
const TENSORFLOW: Framework = { name: 'TensorFlow', module: 'tensorflow', distribution: 'tensorflow' };
const TRANSFORMERS: Framework = { name: 'Transformers', module: 'transformers', distribution: 'transformers' };

/** Images of AWS's frameworks, which run a script of the job: repository → what runs instead. */
export const FRAMEWORK_ALIASES: Readonly<Record<string, (image: AwsImage) => ImageAlias>> = {
  'sagemaker-scikit-learn': framework(SKLEARN),
  'pytorch-training': framework(TORCH),
  // Up to PyTorch 1.1.
  'sagemaker-pytorch': framework(TORCH),
  'huggingface-pytorch-training': framework(TORCH, TRANSFORMERS),
  'tensorflow-training': framework(TENSORFLOW),
  // Up to TensorFlow 1.10, and up to 1.13.
  'sagemaker-tensorflow': framework(TENSORFLOW),
  'sagemaker-tensorflow-scriptmode': framework(TENSORFLOW),
  'huggingface-tensorflow-training': framework(TENSORFLOW, TRANSFORMERS),
};

function framework(...packages: readonly Framework[]): (image: AwsImage) => ImageAlias {
  return ({ tag }) => ({
    image: IMAGE,
    variables: {},
    pythonModules: packages.map(({ module, distribution }) => ({ module, distribution })),
    versions: [...packages.flatMap((one) => versionOf(one, tag)), ...pythonOf(tag)],
    notes: [],
    imageNotes: packages.map(
      ({ name, distribution }) =>
        `${IMAGE} does not contain ${name}: add ${distribution} to the requirements.txt of the source`,
    ),
  });
}

function versionOf({ name, module }: Framework, tag: string): readonly SoftwareVersion[] {
  // Tags of Hugging Face start with the framework: 2.5.1-transformers4.49.0-gpu-py311.
  const pattern = module === TRANSFORMERS.module ? /-transformers(\d+(?:\.\d+)*)/ : /^(\d+\.\d+(?:\.\d+)?)/;
  const aws = pattern.exec(tag)?.[1];
  return aws === undefined ? [] : [{ name, aws, image: undefined, module }];
}

// `py3` tells no more than 3.
function pythonOf(tag: string): readonly SoftwareVersion[] {
  const [, major, minor] = /-py(\d)(\d*)(?:-|$)/.exec(tag) ?? [];
  if (major === undefined) return [];
  const aws = minor ? `${major}.${minor}` : major;
  return [{ name: 'Python', aws, image: FRAMEWORK_VERSIONS.python, module: PYTHON }];
}
