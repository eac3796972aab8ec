import { s3Uri } from '../../contract/location.ts';
import { isOptmlError, OptmlError } from '../../errors/error.ts';
import { lookAtObject } from '../head-object.ts';
import { TransferError } from '../transfer-error.ts';
import type { Upload } from './upload-source.ts';

/** Makes sure that what S3 has is what was sent: by the sum that it found itself, else by the size. */
export async function checkStored(
  { session, location, signal }: Pick<Upload, 'session' | 'location' | 'signal'>,
  bytes: number,
  sum: string,
  reported: string | undefined,
): Promise<void> {
  const fail = (why: string) => {
    throw new OptmlError('S3_FAILED', `${s3Uri(location)} is not what was uploaded: ${why}`, {
      where: s3Uri(location),
      fix: 'Start the job again; if it stays, ask the operator of the endpoint.',
      cause: new TransferError(why),
    });
  };
  if (reported !== undefined && reported !== '') {
    if (reported !== sum) fail(`its CRC-32 should be ${sum}, and is ${reported}`);
    return;
  }
  try {
    const facts = await lookAtObject(session, location, signal);
    if (facts.bytes !== bytes) fail(`it should have ${bytes} bytes, and has ${facts.bytes}`);
  } catch (error) {
    // A role that may only write cannot look; S3 took the checksum that was sent along.
    if (!isOptmlError(error) || error.code !== 'S3_REFUSED') throw error;
    session.log.debug(`the size of ${s3Uri(location)} could not be checked: ${error.message}`);
  }
}
