/** The AWS account in the ARNs of jobs that run outside AWS. */
export const LOCAL_ACCOUNT = '000000000000';
