// What a process reports when a peer is gone: gloo, NCCL, the store of torch, gRPC of TensorFlow, Ray, Horovod.
const LOST_PEER = new RegExp(
  [
    'Connection (?:closed|reset|refused)|Broken pipe|Socket closed|remote process exited',
    'ncclRemoteError|ncclSystemError|NCCL communicator was aborted|DistNetworkError',
    'UnavailableError|ActorDiedError|HorovodInternalError',
  ].join('|'),
  'i',
);

/** Whether an error only says that another process is gone. */
export function isLostPeer(message: string): boolean {
  return LOST_PEER.test(message);
}

// The error of a rank comes first, or after how the program was stopped.
const RANK_ERROR = /^\w+:\nExitCode \d+\nErrorMessage "(?:stopped by .*\n)?(rank \d+ on .*)/;
// What a launcher reports about ranks that it stopped itself.
const STOPPED = /SignalException|killed by SIGTERM|KeyboardInterrupt/;

/** Whether the text of a failure file begins with the error of a rank that only lost a peer. */
export function beginsWithLostPeer(failureText: string): boolean {
  const [, error] = RANK_ERROR.exec(failureText) ?? [];
  return error !== undefined && isLostPeer(error);
}

/** Whether the text of a failure file begins with an error that a rank has by itself. */
export function beginsWithRankError(failureText: string): boolean {
  const [, error] = RANK_ERROR.exec(failureText) ?? [];
  return error !== undefined && !isLostPeer(error) && !STOPPED.test(error);
}

// The messages of `launchers/cluster`.
const LOST_HOST =
  /^InfrastructureError HOSTS_LOST: (?:the first host, (\S+), (?:is lost|gave up):|host (\S+) is lost:)/;

/** The host whose loss the text of a failure file reports; undefined if it reports something else. */
export function lostHost(failureText: string): string | undefined {
  const [, first, other] = LOST_HOST.exec(failureText) ?? [];
  return first ?? other;
}
