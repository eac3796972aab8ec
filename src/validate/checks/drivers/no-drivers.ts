/** Why a check of ModelTrainer jobs does not run. */
export const NO_DRIVERS = 'not a ModelTrainer job (no channel "sm_drivers"). Give such a job with --job job.json';
