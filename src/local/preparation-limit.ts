import { monotonicMs } from '../concurrency/clock.ts';
import { afterMs } from '../concurrency/long-timer.ts';

// A step without progress of its own, such as a copy of a local channel, may take some seconds.
const SHORTEST_MS = 10_000;

/** Watches whether the preparation of a job moves. */
export interface PreparationLimit {
  /** Something has been printed, copied or begun. */
  readonly moved: () => void;
  readonly end: () => void;
}

/**
 * Calls `onHang` once when nothing has moved for `MaxRuntimeInSeconds`, and for 10 s: an engine that hangs in a pull, a build or
 * another command must not keep a job longer than it may run. A preparation that moves does not count as runtime. `onHang`
 * returns whether the job is being prepared: otherwise, the wait begins again.
 */
export function limitPreparation(
  maxRuntimeSeconds: number,
  onHang: (silentSeconds: number) => boolean,
): PreparationLimit {
  const limitMs = Math.max(SHORTEST_MS, maxRuntimeSeconds * 1000);
  let movedAt = monotonicMs();
  let cancel = (): void => undefined;
  const wait = () => {
    cancel = afterMs(movedAt + limitMs - monotonicMs(), () => {
      if (monotonicMs() < movedAt + limitMs) return wait();
      if (onHang(limitMs / 1000)) return;
      movedAt = monotonicMs();
      wait();
    });
  };
  wait();
  return {
    moved: () => {
      movedAt = monotonicMs();
    },
    end: () => cancel(),
  };
}
