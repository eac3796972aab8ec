import { join } from 'node:path';
import { SOURCE_CHANNELS } from '../../../contract/channels.ts';
import { parseLocation } from '../../../contract/location.ts';
import { readRegularFile } from '../../../job-tree/input/regular-file.ts';
import type { Check } from '../../check.ts';
import type { Subject } from '../../subject.ts';
import { fail, notApplicable, pass, skipped } from '../support/findings.ts';
import { NO_DRIVERS } from './no-drivers.ts';

const SCRIPT = 'sm_train.sh';
const MOST_BYTES = 1 << 20;
const WRONG_LINE_ENDS = `the lines of ${SOURCE_CHANNELS.drivers}/${SCRIPT} end with CR LF`;

/** Contract C27: bash runs the script that the SDK has written. */
export const driversLineEnds: Check = {
  id: 'drivers-line-ends',
  clause: 'C27',
  severity: 'must',
  title: `The lines of sm_drivers/${SCRIPT} end with LF`,
  probe: `Reads ${SCRIPT} in the channel sm_drivers of the job, if that channel is a folder of this machine.`,
  why: 'The newer SDK writes the file as text: on Windows its lines end with CR LF. Linux then looks for a program named "bash" and a carriage return, and bash takes the character for a part of each word.',
  fix: `Convert the file (sed -i 's/\\r$//' ${SCRIPT}), or create the job on Linux or macOS, or with a version of the SDK that writes LF.`,
  run: async (subject) => {
    if (!subject.isDriversJob) return notApplicable(NO_DRIVERS);
    const text = scriptOf(subject);
    if (text === undefined) return skipped(`${SCRIPT} is not in a folder of this machine`);
    const first = lineWithReturn(text);
    if (first === undefined) return pass('they do');
    const evidence = { files: [`${SOURCE_CHANNELS.drivers}/${SCRIPT}, line ${first}`] };
    return fail(WRONG_LINE_ENDS, evidence);
  },
};

/** What is wrong with the line ends of the script of a job of the newer SDK; undefined if nothing is. */
export function wrongLineEnds(subject: Subject): string | undefined {
  if (!subject.isDriversJob) return undefined;
  return lineWithReturn(scriptOf(subject) ?? '') === undefined ? undefined : WRONG_LINE_ENDS;
}

function lineWithReturn(text: string): number | undefined {
  const first = text.split('\n').findIndex((line) => line.endsWith('\r'));
  return first < 0 ? undefined : first + 1;
}

function scriptOf({ job }: Subject): string | undefined {
  const channel = job?.InputDataConfig?.find(({ ChannelName }) => ChannelName === SOURCE_CHANNELS.drivers);
  const location = channel?.DataSource.S3DataSource?.S3Uri;
  const place = location === undefined ? undefined : parseLocation(location);
  return place !== undefined && 'path' in place ? readRegularFile(join(place.path, SCRIPT), MOST_BYTES) : undefined;
}
