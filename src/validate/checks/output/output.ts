import type { Check } from '../../check.ts';
import type { HostObservation, Observation } from '../../observe/observation.ts';
import type { Subject } from '../../subject.ts';
import { megabytes, UNSEEN_MEMORY } from '../start/container-conditions.ts';
import { evidenceOf } from '../support/evidence.ts';
import { fail, pass, skipped, unknown } from '../support/findings.ts';
import { onSuccess } from '../support/on-success.ts';
import { CHECKPOINTS, READ_ONLY_CHANNELS, TERMINAL, UNBUFFERED } from '../support/scenarios.ts';

const SHORTEST_SECONDS = 2;
const BURST_SECONDS = 0.3;
// Of a short job, whose own lines may come that close together.
const BURST_PART = 0.1;
const BURST_SHARE = 0.9;

/** Contract C52: unbuffered. */
export const outputAtOnce: Check = {
  id: 'output-at-once',
  clause: 'C52',
  severity: 'should',
  title: 'Its output comes when it is printed',
  probe:
    'The times of the lines are looked at, in several runs. Where all come at one moment, the job is run once more with a terminal, on which programs do not hold output back, and without containers with PYTHONUNBUFFERED=1: if the lines then come one by one, they were held back before.',
  why: 'Without a terminal many programs hold output back until there are 4 or 8 KiB. CloudWatch then shows nothing for hours, and what was held back is lost when the container is killed.',
  fix: 'Python: set PYTHONUNBUFFERED=1 or run python -u. Others: flush after each line, or use stdbuf -oL.',
  run: (subject) =>
    onSuccess(subject, async ({ observation, host }) => {
      const evidence = evidenceOf(observation, host, { notes: [timesOf(host)] });
      if (host.output.lineCount < 2) return unknown('it prints fewer than two lines', evidence);
      if (!isBurst(host)) return pass('its lines come one by one', evidence);
      // On a busy machine several lines may be read at one moment.
      const other = await withoutBurst(subject);
      if (other !== undefined) {
        const { observation: run, host: spread } = other;
        return pass('its lines come one by one', evidenceOf(run, spread, { notes: [timesOf(spread)] }));
      }
      if (host.seconds < SHORTEST_SECONDS) {
        return unknown(`it is over after ${host.seconds.toFixed(1)} s: give a job that takes some seconds`, evidence);
      }
      const terminal = (await subject.observe(TERMINAL)).hosts[0];
      const free = terminal ?? (await subject.observe(UNBUFFERED)).hosts[0];
      const how = terminal === undefined ? 'with PYTHONUNBUFFERED=1' : 'with a terminal';
      if (free === undefined || (terminal === undefined && isBurst(free))) {
        return unknown('all its lines come at one moment, for whatever reason', evidence);
      }
      if (isBurst(free)) return pass('all its lines come at one moment, with a terminal too', evidence);
      return fail(
        `its output is held back: all lines come at one moment, and one by one ${how}`,
        evidenceOf(observation, host, { notes: [timesOf(host), `It was run ${how}: ${timesOf(free)}`] }),
      );
    }),
};

/** A run of the same job whose lines do not come at one moment. Other checks use these runs, too. */
async function withoutBurst(
  subject: Subject,
): Promise<{ readonly observation: Observation; readonly host: HostObservation } | undefined> {
  for (const scenario of [READ_ONLY_CHANNELS, CHECKPOINTS]) {
    const observation = await subject.observe(scenario);
    const [host] = observation.hosts;
    if (host !== undefined && host.output.lineCount >= 2 && !isBurst(host)) return { observation, host };
  }
  return undefined;
}

// Nearly all lines with the last one: what a program holds back comes when it ends.
function isBurst({ output, seconds: whole }: HostObservation): boolean {
  const { lines, lastSeconds = 0 } = output;
  const since = lastSeconds - Math.min(BURST_SECONDS, BURST_PART * whole);
  const late = lines.filter(({ seconds }) => seconds >= since).length;
  return late >= BURST_SHARE * lines.length;
}

function timesOf({ output, seconds }: HostObservation): string {
  const { firstSeconds, lastSeconds, lineCount } = output;
  if (firstSeconds === undefined || lastSeconds === undefined) return 'no output';
  return `${lineCount} lines from ${firstSeconds.toFixed(1)} s to ${lastSeconds.toFixed(1)} s, the end after ${seconds.toFixed(1)} s`;
}

const SLOW_START_SECONDS = 15;

/** Contract C52, advice: how soon something is seen. */
export const startTime: Check = {
  id: 'start-time',
  clause: 'C52',
  severity: 'advice',
  title: `Its first line comes within ${SLOW_START_SECONDS} seconds`,
  probe: 'The time from the start of the container to its first output. A slow start is measured twice.',
  why: 'Until then no one knows whether the job works, and every instance of the job is billed.',
  fix: 'Print a line before large libraries are imported, and do not install packages at the start.',
  run: (subject) =>
    onSuccess(subject, async ({ observation, host }) => {
      const { firstSeconds } = host.output;
      if (firstSeconds === undefined) return unknown('it prints nothing', evidenceOf(observation, host));
      if (firstSeconds <= SLOW_START_SECONDS) {
        return pass(`its first line comes after ${firstSeconds.toFixed(1)} s`, evidenceOf(observation, host));
      }
      const again = await subject.observe(READ_ONLY_CHANNELS);
      if (again.cannot !== undefined) return unknown(`its first line came late once; ${again.cannot}`);
      const second = again.hosts[0]?.output.firstSeconds ?? firstSeconds;
      const evidence = evidenceOf(again, again.hosts[0]);
      if (second <= SLOW_START_SECONDS) return pass(`its first line comes after ${second.toFixed(1)} s`, evidence);
      return fail(`its first line comes after ${Math.min(second, firstSeconds).toFixed(0)} s`, evidence);
    }),
};

const MUCH_BYTES = 1 << 30;

/** Contract C50, advice: how much memory the job takes. */
export const memoryUsed: Check = {
  id: 'memory-used',
  clause: 'C50',
  severity: 'advice',
  title: `It takes less than ${megabytes(MUCH_BYTES)} of memory for a small job`,
  probe: 'The memory of all its processes, without the cache of files, is looked at while the job runs.',
  why: 'The instance type has to have it for every process of the host: what a small job takes, a large one takes in addition to its data.',
  fix: 'Load what the job needs, not all that there is; choose an instance type with enough memory.',
  run: (subject) =>
    onSuccess(subject, ({ observation, host }) => {
      const peak = host.peakMemoryBytes;
      if (peak === undefined) return subject.image === undefined ? skipped(UNSEEN_MEMORY) : unknown(UNSEEN_MEMORY);
      const evidence = evidenceOf(observation, host, { notes: [`At most ${megabytes(peak)} were seen.`] });
      if (peak > MUCH_BYTES) return fail(`the job takes ${megabytes(peak)}`, evidence);
      return pass(`the job takes ${megabytes(peak)}`, evidence);
    }),
};
