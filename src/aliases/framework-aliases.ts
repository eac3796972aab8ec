import { type AwsImage, type ImageAlias, PYTHON, type PythonModule, type SoftwareVersion } from './image-alias.ts';

/** The versions in our images. Their Dockerfiles choose the same ones, and label the images with them. */
export const FRAMEWORK_VERSIONS = { python: '3.11', sklearn: '1.9.1', torch: '2.13.0+cpu' } as const;

/** A package of a framework: its name for people, its module, and its name and version on PyPI. */
interface Framework extends PythonModule {
  readonly name: string;
  /** Where our image contains it. */
  readonly version?: string;
}

/** One of our images, and what it contains. */
interface FrameworkImage {
  readonly image: string;
  readonly contains: readonly Framework[];
}

const SKLEARN: Framework = {
  name: 'scikit-learn',
  module: 'sklearn',
  distribution: `scikit-learn==${FRAMEWORK_VERSIONS.sklearn}`,
  version: FRAMEWORK_VERSIONS.sklearn,
};
const TORCH: Framework = {
  name: 'PyTorch',
  module: 'torch',
  // Whichever build pip finds.
  distribution: `torch==${FRAMEWORK_VERSIONS.torch.replace('+cpu', '')}`,
  version: FRAMEWORK_VERSIONS.torch,
};
const TENSORFLOW: Framework = { name: 'TensorFlow', module: 'tensorflow', distribution: 'tensorflow' };
const TRANSFORMERS: Framework = { name: 'Transformers', module: 'transformers', distribution: 'transformers' };

const SKLEARN_IMAGE: FrameworkImage = { image: 'optml:sklearn', contains: [SKLEARN] };
const PYTORCH_IMAGE: FrameworkImage = { image: 'optml:pytorch', contains: [TORCH] };
const PYTHON_IMAGE: FrameworkImage = { image: 'optml:python', contains: [] };

/** Images of AWS's frameworks, which run a script of the job: repository → what runs instead. */
export const FRAMEWORK_ALIASES: Readonly<Record<string, (image: AwsImage) => ImageAlias>> = {
  'sagemaker-scikit-learn': framework(SKLEARN_IMAGE),
  'pytorch-training': framework(PYTORCH_IMAGE),
  // Up to PyTorch 1.1.
  'sagemaker-pytorch': framework(PYTORCH_IMAGE),
  'huggingface-pytorch-training': framework(PYTORCH_IMAGE, TRANSFORMERS),
  'tensorflow-training': framework(PYTHON_IMAGE, TENSORFLOW),
  // Up to TensorFlow 1.10, and up to 1.13.
  'sagemaker-tensorflow': framework(PYTHON_IMAGE, TENSORFLOW),
  'sagemaker-tensorflow-scriptmode': framework(PYTHON_IMAGE, TENSORFLOW),
  'huggingface-tensorflow-training': framework(PYTHON_IMAGE, TENSORFLOW, TRANSFORMERS),
};

function framework(
  { image, contains }: FrameworkImage,
  ...missing: readonly Framework[]
): (image: AwsImage) => ImageAlias {
  const packages = [...contains, ...missing];
  return ({ tag }) => ({
    image,
    variables: {},
    pythonModules: packages.map(({ module, distribution }) => ({ module, distribution })),
    versions: [...packages.flatMap((one) => versionOf(one, tag)), ...pythonOf(tag)],
    notes: [],
    imageNotes: missing.map(
      ({ name, distribution }) =>
        `${image} does not contain ${name}: add ${distribution} to the requirements.txt of the source`,
    ),
  });
}

function versionOf({ name, module, version }: Framework, tag: string): readonly SoftwareVersion[] {
  // Tags of Hugging Face start with the framework: 2.5.1-transformers4.49.0-gpu-py311.
  const pattern = module === TRANSFORMERS.module ? /-transformers(\d+(?:\.\d+)*)/ : /^(\d+\.\d+(?:\.\d+)?)/;
  const aws = pattern.exec(tag)?.[1];
  return aws === undefined ? [] : [{ name, aws, image: version, module }];
}

// `py3` tells no more than 3.
function pythonOf(tag: string): readonly SoftwareVersion[] {
  const [, major, minor] = /-py(\d)(\d*)(?:-|$)/.exec(tag) ?? [];
  if (major === undefined) return [];
  const aws = minor ? `${major}.${minor}` : major;
  return [{ name: 'Python', aws, image: FRAMEWORK_VERSIONS.python, module: PYTHON }];
}
