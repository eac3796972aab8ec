// The commands of `optml` but for `run`, in one bundle.
export { completionCommand } from './completion/completion-command.ts';
export { deliverCommand } from './deliver/deliver-command.ts';
export { describeCommand } from './describe-command.ts';
export { endpointCommand } from './endpoint/endpoint-command.ts';
export { envCommand } from './env-command.ts';
export { initCommand } from './init-command.ts';
export { openCommand } from './jobs/open-command.ts';
export { removeCommand } from './jobs/remove-command.ts';
export { jobsCommand } from './jobs-command.ts';
export { logsCommand } from './logs-command.ts';
export { mpiRankCommand } from './mpi-rank-command.ts';
export { packCommand } from './pack-command.ts';
export { stopCommand } from './stop-command.ts';
export { trainCommand } from './train-command.ts';
export { unpackCommand } from './unpack-command.ts';
export { validateCommand } from './validate-command.ts';
