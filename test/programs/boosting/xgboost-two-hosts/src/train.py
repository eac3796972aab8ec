"""xgboost on several hosts: the tracker on the first one prints for all."""
import argparse
import glob
import json
import os
import socket

import numpy as np
import xgboost as xgb
from xgboost.tracker import RabitTracker

import truth

PORT = 9099



if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--num_round", type=int)
    args = parser.parse_args()
    hosts = json.loads(os.environ["SM_HOSTS"])
    rank = hosts.index(os.environ["SM_CURRENT_HOST"])
    address = socket.gethostbyname(hosts[0])

    if rank == 0:
        tracker = RabitTracker(n_workers=len(hosts), host_ip=address, port=PORT, sortby="task")
        tracker.start()
    rows = np.loadtxt(glob.glob(os.environ["SM_CHANNEL_TRAIN"] + "/*.csv")[0], delimiter=",")[rank :: len(hosts)]
    results = {}
    with xgb.collective.CommunicatorContext(
        dmlc_tracker_uri=address, dmlc_tracker_port=PORT, dmlc_task_id=str(rank), dmlc_retry=50
    ):
        train = xgb.DMatrix(rows[:, 1:], label=rows[:, 0])
        model = xgb.train(
            {"max_depth": 3, "eval_metric": "rmse", "nthread": 1, "tree_method": "hist"},
            train,
            args.num_round,
            evals=[(train, "train")],
            evals_result=results,
        )
    if rank == 0:
        tracker.wait_for()
        for value in results["train"]["rmse"]:
            truth.metric("train:rmse", "%.5f" % value)
        model.save_model(os.path.join(os.environ["SM_MODEL_DIR"], "xgboost-model"))
        truth.folder("model", os.environ["SM_MODEL_DIR"])
