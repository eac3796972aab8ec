const QUIET = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

/**
 * Makes a client of the AWS SDK without its warning that versions of 2027 will need another Node: those who run a job cannot
 * change that. A script's own SDK may warn.
 */
export function withoutVersionWarning<Result>(makeClient: () => Result): Result {
  const before = process.env[QUIET];
  process.env[QUIET] = 'true';
  try {
    return makeClient();
  } finally {
    if (before === undefined) delete process.env[QUIET];
    else process.env[QUIET] = before;
  }
}
