"""Several hosts: XGBoost's own tracker on the first one, to which all connect."""

import socket
import time
from contextlib import contextmanager

import numpy as np
from xgboost import collective, tracker
from xgboost.core import XGBoostError

# Of AWS's XGBoost container.
PORT = 9099
WAIT_SECONDS = 900
# Hosts may need very different times to read their data.
TIMEOUT_SECONDS = 3600
PAUSE_SECONDS = 0.5


@contextmanager
def connected(settings):
    """Connects the hosts of a job as long as it trains. Does nothing for one host."""
    hosts, rank = settings["hosts"], settings["rank"]
    if len(hosts) == 1:
        yield
        return
    leader = None
    address = _address_of(hosts[0])
    if rank == 0:
        leader = tracker.RabitTracker(n_workers=len(hosts), host_ip=address, port=PORT, sortby="task")
        leader.start()
    # Ranks are given in the order of these names.
    task = f"{rank:06d}"
    arguments = {"dmlc_tracker_uri": address, "dmlc_tracker_port": PORT, "dmlc_task_id": task, "dmlc_timeout": TIMEOUT_SECONDS}
    _retried(lambda: collective.init(**arguments), "the tracker of the first host does not answer")
    try:
        yield
    finally:
        collective.finalize()
    if leader is not None:
        leader.wait_for()


def is_first():
    """Whether this host prints and saves."""
    return collective.get_rank() == 0


def any_host(flag):
    """Whether one host says so: the same answer on all of them."""
    if not collective.is_distributed():
        return flag
    return bool(collective.allreduce(np.array([int(flag)], dtype=np.int32), collective.Op.MAX)[0])


def mean_of_hosts(score, rows):
    """The mean of the scores of all hosts, by their rows: the same on all of them."""
    if not collective.is_distributed():
        return score
    weighted = np.array([score * rows if rows else 0.0, rows], dtype=np.float64)
    total, count = collective.allreduce(weighted, collective.Op.SUM)
    return float(total / count)


def _address_of(host):
    return _retried(lambda: socket.gethostbyname(host), f"the host {host} has no address")


def _retried(attempt, problem):
    end = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return attempt()
        except (OSError, XGBoostError) as error:
            if time.monotonic() > end:
                raise TimeoutError(f"{problem} after {WAIT_SECONDS} s: {error}") from error
        time.sleep(PAUSE_SECONDS)
