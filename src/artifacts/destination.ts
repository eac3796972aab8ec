import { basename, dirname, join, resolve } from 'node:path';
import { isPrefix, parseLocation, type S3Location } from '../contract/location.ts';
import { ARTIFACT_NAMES } from '../contract/paths.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { OptmlError } from '../errors/error.ts';

/** Where the archives of this host go. Paths are absolute. */
export interface ArtifactDestination {
  readonly modelFile: string;
  /** Of `output/data`: beside the model's. */
  readonly outputFile: string;
  /** Where in S3 each is uploaded to from there, unless they stay on this machine. */
  readonly upload: { readonly model: S3Location; readonly output: S3Location } | undefined;
  /** The host that uploads for all where one object cannot hold what every host made, unless this host is the one. */
  readonly uploadedBy: string | undefined;
}

const WHERE = 'setting OPTML_MODEL_ARCHIVE';
/** Stands for the name of the host. */
const HOST = '{host}';

/**
 * Where the archives go: the setting OPTML_MODEL_ARCHIVE, relative to the base directory, with `{host}` as the host's name
 * (contract C53 for the content). An archive for S3 is packed under `output/` first.
 *
 * @throws OptmlError OUTPUT_LOCATION_INVALID.
 */
export function artifactDestination(environment: TrainingEnvironment): ArtifactDestination {
  const { settings, paths, resources, distribution } = environment;
  const withHost = (text: string) => text.replaceAll(HOST, resources.currentHost);
  const parsed = parseLocation(settings.modelArchive);
  if ('path' in parsed) {
    const modelFile = resolve(paths.baseDir, withHost(parsed.path));
    const outputFile = join(dirname(modelFile), withHost(outputName(parsed.path)));
    return { modelFile, outputFile, upload: undefined, uploadedBy: undefined };
  }
  if ('s3' in parsed) {
    const { bucket } = parsed.s3;
    const key = isPrefix(parsed.s3) ? `${parsed.s3.key}${ARTIFACT_NAMES.model.archive}` : parsed.s3.key;
    const outputKey = key.slice(0, key.lastIndexOf('/') + 1) + outputName(key);
    const isForAll = key.includes(HOST) || resources.currentHost === distribution.masterHost;
    return {
      modelFile: paths.modelArchiveFile,
      outputFile: join(paths.outputDir, ARTIFACT_NAMES.output.archive),
      upload: { model: { bucket, key: withHost(key) }, output: { bucket, key: withHost(outputKey) } },
      uploadedBy: isForAll ? undefined : distribution.masterHost,
    };
  }
  const what = 'problem' in parsed ? `is invalid: ${parsed.problem}` : `has the scheme "${parsed.scheme}"`;
  throw new OptmlError('OUTPUT_LOCATION_INVALID', `OPTML_MODEL_ARCHIVE is ${settings.modelArchive}, which ${what}`, {
    where: WHERE,
    fix: 'Give a path such as output/model.tar.gz, s3://BUCKET/KEY, or a file:// URI with special characters encoded.',
  });
}

// Where the hosts' names keep their models apart, they do so for the rest.
function outputName(modelArchive: string): string {
  return basename(modelArchive).includes(HOST) ? `output-${HOST}.tar.gz` : ARTIFACT_NAMES.output.archive;
}
