import { isLocalPath } from '../../request/local-values.ts';
import type { Problem } from '../../request/problem.ts';
import type { TrainingJobRequest } from '../../request/request.ts';

const PATH = 'AlgorithmSpecification.TrainingImage';

// A registry of an account, also by its FIPS and dual-stack addresses, in any partition of AWS.
const ECR =
  /^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d+)\.[a-z0-9.-]+\/[a-z0-9._/-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/;

/** What is wrong with the image of a job for SageMaker, which pulls from Amazon ECR, or in a VPC from another registry. */
export function imageProblems({ AlgorithmSpecification: algorithm }: TrainingJobRequest): readonly Problem[] {
  const image = algorithm?.TrainingImage;
  if (image === undefined || ECR.test(image) || isInVpc(algorithm)) return [];
  if (isLocalPath(image)) {
    const message = `${image} is a project on this machine`;
    return [{ path: PATH, message, fix: `Build its image. ${pushFix('my-image')}` }];
  }
  if (/^\d{12}\.dkr\./.test(image)) {
    const message = `"${image}" is no image of Amazon ECR`;
    return [{ path: PATH, message, fix: 'Write ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG.' }];
  }
  return [{ path: PATH, message: `SageMaker cannot pull "${image}": it is not in Amazon ECR`, fix: pushFix(image) }];
}

/** The problem of a job whose image is a project: an endpoint on this machine runs images by their names. */
export function projectProblems({ AlgorithmSpecification: algorithm }: TrainingJobRequest): readonly Problem[] {
  const image = algorithm?.TrainingImage;
  if (image === undefined || !isLocalPath(image)) return [];
  const message = `${image} is a project on this machine, and an endpoint runs images by their names`;
  const fix =
    'Build its image, and pass --image NAME. An endpoint with --engine process runs no image: pass any name, and the code with --source DIR --program FILE.';
  return [{ path: PATH, message, fix }];
}

/** The problem of an image in another region than the job. */
export function imageRegionProblems(
  { AlgorithmSpecification: algorithm }: TrainingJobRequest,
  region: string,
): readonly Problem[] {
  const other = ECR.exec(algorithm?.TrainingImage ?? '')?.[1];
  if (other === undefined || other === region) return [];
  const message = `the image is in ${other}, and the job would run in ${region}`;
  const fix = `Set AWS_REGION=${other}, or copy the image to a repository in ${region}.`;
  return [{ path: PATH, message, fix }];
}

function isInVpc(algorithm: TrainingJobRequest['AlgorithmSpecification']): boolean {
  const { TrainingImageConfig: config } = (algorithm ?? {}) as {
    readonly TrainingImageConfig?: { readonly TrainingRepositoryAccessMode?: unknown };
  };
  return config?.TrainingRepositoryAccessMode === 'Vpc';
}

/** How an image gets to ECR, in short. */
function pushFix(image: string): string {
  const name = image.replace(/[:@].*$/, '').replace(/^.*\//, '');
  const target = `ACCOUNT.dkr.ecr.REGION.amazonaws.com/${name}:latest`;
  return `Push it: aws ecr create-repository --repository-name ${name}; docker tag ${image} ${target}; docker push ${target}. Then pass --image ${target}. docs/to-sagemaker.md has all steps.`;
}
