import type { S3Location } from '../../contract/location.ts';
import { locationBelow, s3Uri } from '../../contract/location.ts';
import { defaultsError } from './defaults-error.ts';
import { decodeDefaults, MOST_BYTES } from './read-text.ts';
import type { ReadS3Config } from './sdk-config-files.ts';

/** Reads configurations from S3, with the credentials that `variables` lead to. */
export function s3ConfigReader(variables: Readonly<NodeJS.ProcessEnv>): ReadS3Config {
  return async (location, fileName) => {
    const { openS3 } = await import('#storage/s3');
    const s3 = openS3(variables, { warn: () => undefined, debug: () => undefined });
    const textAt = async (at: S3Location): Promise<string | undefined> => {
      const bytes = at.key === '' ? undefined : await s3.objectBytes(at);
      if (bytes === undefined) return undefined;
      if (bytes > MOST_BYTES) {
        throw defaultsError(`the configuration has more than ${MOST_BYTES} bytes`, s3Uri(at), 'Name the right object.');
      }
      const chunks: Buffer[] = [];
      for await (const chunk of s3.readObject(at)) chunks.push(chunk);
      return decodeDefaults(Buffer.concat(chunks), s3Uri(at));
    };
    try {
      return (await textAt(location)) ?? (await textAt(locationBelow(location, fileName)));
    } finally {
      s3.close();
    }
  };
}
