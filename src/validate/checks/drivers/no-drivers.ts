/** Why a check of the newer SDK's jobs is not asked. */
export const NO_DRIVERS =
  'the job is none of the newer SDK: it has no channel "sm_drivers". Give such a job with --job job.json';
