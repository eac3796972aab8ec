/** The hidden command of `optml` that runs one job of the endpoint. */
export const OWN_JOB_COMMAND = 'own-job';
