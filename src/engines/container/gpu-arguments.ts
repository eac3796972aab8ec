import type { ContainerEngineName } from './dialects.ts';

/**
 * Options that pass GPUs through. `gpus` is `all`, a count, or `device=0,1`. Podman gets the names of the container device
 * interface, since it knows `--gpus` only from version 5 on.
 */
export function gpuArguments(engine: ContainerEngineName, gpus: string | undefined): readonly string[] {
  if (gpus === undefined) return [];
  if (engine === 'podman') return devicesOf(gpus).flatMap((device) => ['--device', `nvidia.com/gpu=${device}`]);
  // The value is a line of CSV: a list of devices has to be quoted in it.
  return ['--gpus', gpus.includes(',') && !gpus.includes('"') ? `"${gpus}"` : gpus];
}

function devicesOf(gpus: string): readonly string[] {
  if (/^\d+$/.test(gpus)) return Array.from({ length: Number(gpus) }, (_, index) => String(index));
  return gpus.replace(/^device=/, '').split(',');
}
