import { type AwsImage, type ImageAlias, PYTHON, type PythonModule, type SoftwareVersion } from './image-alias.ts';

/** Versions in our images. The same are in docker/sklearn.txt, docker/pytorch.txt and docker/packages.txt: a test compares them. */
export const FRAMEWORK_VERSIONS = { python: '3.11', sklearn: '1.9.1', torch: '2.13.0' } as const;

/** A package of a framework: its name for people, its module, and its name and version on PyPI. */
interface Framework extends PythonModule {
  readonly name: string;
  /** In our image: undefined where no image of ours has it. */
  readonly image?: string;
}

const SKLEARN: Framework = {
  name: 'scikit-learn',
  module: 'sklearn',
  distribution: `scikit-learn==${FRAMEWORK_VERSIONS.sklearn}`,
  image: FRAMEWORK_VERSIONS.sklearn,
};
const TORCH: Framework = {
  name: 'PyTorch',
  module: 'torch',
  distribution: `torch==${FRAMEWORK_VERSIONS.torch}`,
  image: FRAMEWORK_VERSIONS.torch,
};
const TENSORFLOW: Framework = { name: 'TensorFlow', module: 'tensorflow', distribution: 'tensorflow' };
const TRANSFORMERS: Framework = { name: 'Transformers', module: 'transformers', distribution: 'transformers' };

/** Images of AWS's frameworks, which run a script of the job: repository → what runs instead. */
export const FRAMEWORK_ALIASES: Readonly<Record<string, (image: AwsImage) => ImageAlias>> = {
  'sagemaker-scikit-learn': framework('sklearn', SKLEARN),
  'pytorch-training': framework('pytorch', TORCH),
  // Up to PyTorch 1.1.
  'sagemaker-pytorch': framework('pytorch', TORCH),
  'huggingface-pytorch-training': framework('pytorch', TORCH, TRANSFORMERS),
  'tensorflow-training': framework('python', TENSORFLOW),
  // Up to TensorFlow 1.10, and up to 1.13.
  'sagemaker-tensorflow': framework('python', TENSORFLOW),
  'sagemaker-tensorflow-scriptmode': framework('python', TENSORFLOW),
  'huggingface-tensorflow-training': framework('python', TENSORFLOW, TRANSFORMERS),
};

function framework(target: string, ...packages: readonly Framework[]): (image: AwsImage) => ImageAlias {
  const missing = packages.filter(({ image }) => image === undefined);
  return ({ tag }) => ({
    image: `optml:${target}`,
    variables: {},
    pythonModules: packages.map(({ module, distribution }) => ({ module, distribution })),
    versions: [...packages.flatMap((one) => versionOf(one, tag)), ...pythonOf(tag)],
    notes: [],
    imageNotes: [...missing.map((one) => missingNote(one, target)), ...gpuNotes(tag, target)],
  });
}

function versionOf({ name, module, image }: Framework, tag: string): readonly SoftwareVersion[] {
  // Tags of Hugging Face start with the framework: 2.5.1-transformers4.49.0-gpu-py311.
  const pattern = module === TRANSFORMERS.module ? /-transformers(\d+(?:\.\d+)*)/ : /^(\d+\.\d+(?:\.\d+)?)/;
  const aws = pattern.exec(tag)?.[1];
  return aws === undefined ? [] : [{ name, aws, image, module }];
}

// `py3` tells no more than 3.
function pythonOf(tag: string): readonly SoftwareVersion[] {
  const [, major, minor] = /-py(\d)(\d*)(?:-|$)/.exec(tag) ?? [];
  if (major === undefined) return [];
  const aws = minor ? `${major}.${minor}` : major;
  return [{ name: 'Python', aws, image: FRAMEWORK_VERSIONS.python, module: PYTHON }];
}

function missingNote({ name, distribution }: Framework, target: string): string {
  return `optml:${target} does not contain ${name}: add ${distribution} to the requirements.txt of the source`;
}

function gpuNotes(tag: string, target: string): readonly string[] {
  const isGpu = /-gpu(?:-|$)/.test(tag) && target === 'pytorch';
  return isGpu ? ['optml:pytorch trains on CPUs, unless it was built for CUDA'] : [];
}
