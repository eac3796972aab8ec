// The commands about jobs of SageMaker, in one bundle: nothing else loads them.
export { ATTACH_RULES, attachCommand } from './attach-command.ts';
export { describeCloudJob } from './describe-cloud-job.ts';
export { showCloudLogs } from './show-cloud-logs.ts';
export { stopCloudJob } from './stop-cloud-job.ts';
export { SUBMIT_RULES, submitCommand } from './submit-command.ts';
