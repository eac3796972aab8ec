import { mapUris } from '../../request/local-paths.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import type { LocalPlace } from './local-places.ts';

interface OutputPlace {
  /** Undefined for a request without outputs on this machine. */
  readonly bucket: string | undefined;
  /** Without slashes at its ends. */
  readonly prefix: string;
}

const OUTPUT = 'OutputDataConfig.S3OutputPath';
const CHECKPOINTS = 'CheckpointConfig.S3Uri';

/**
 * The request with locations of outputs in the bucket instead of those on this machine, which SageMaker cannot write to:
 * artifacts are below `PREFIX/JOB`, as in the SageMaker SDK.
 */
export function outputsIn(
  request: TrainingJobRequest,
  places: readonly LocalPlace[],
  { bucket, prefix }: OutputPlace,
): { readonly request: TrainingJobRequest; readonly warnings: readonly string[] } {
  if (bucket === undefined) return { request, warnings: [] };
  const artifacts = `s3://${bucket}/${prefix === '' ? '' : `${prefix}/`}`;
  const jobDir = `${artifacts}${request.TrainingJobName}`;
  const warnings: string[] = [];
  const mapped = mapUris(request, (location, path) => {
    const place = places.find((one) => one.role === 'output' && one.path === path);
    if (place === undefined) return location;
    const target = path === OUTPUT ? artifacts : `${jobDir}/${nameOf(path)}`;
    warnings.push(warningOf(path, location, path === OUTPUT ? `${jobDir}/output` : target));
    return target;
  });
  const { S3OutputPath = artifacts, ...output } = mapped.OutputDataConfig;
  return { request: { ...mapped, OutputDataConfig: { ...output, S3OutputPath } }, warnings };
}

function nameOf(path: string): string {
  if (path === CHECKPOINTS) return 'checkpoints';
  return path
    .replace(/\.S3OutputPath$/, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replace(/-$/, '');
}

function warningOf(path: string, location: string, target: string): string {
  const what = path === OUTPUT ? 'Artifacts' : path === CHECKPOINTS ? 'Checkpoints' : `Outputs of ${path}`;
  const rest = path === CHECKPOINTS ? ' Checkpoints that are there are not uploaded.' : '';
  return `${what} go to ${target}, because SageMaker cannot write to ${location} on this machine.${rest}`;
}
