/** Why a check of the newer SDK's jobs is not asked. */
export const NO_DRIVERS = 'not a ModelTrainer job (no channel "sm_drivers"). Give such a job with --job job.json';
