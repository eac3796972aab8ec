"""xgboost with its own checkpoints, on a spot instance: stops after the round of the SIGTERM, continues later."""
import argparse
import glob
import json
import os
import re
import signal
import time

import numpy as np
import xgboost as xgb

import truth

with open(os.path.join(os.environ["SM_INPUT_CONFIG_DIR"], "checkpointconfig.json")) as file:
    CHECKPOINTS = json.load(file)["LocalPath"]
is_stopped = False


def stop(signal_number, frame):
    global is_stopped
    is_stopped = True


class StopAfterRound(xgb.callback.TrainingCallback):
    """Called last: xgboost calls callbacks in their order."""

    def after_iteration(self, model, epoch, evals_log):
        truth.metric("train:rmse", "%.5f" % evals_log["train"]["rmse"][-1])
        truth.folder("checkpoints", CHECKPOINTS)
        time.sleep(0.03)
        return is_stopped


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    parser = argparse.ArgumentParser()
    parser.add_argument("--num_round", type=int)
    args = parser.parse_args()
    truth.folder("found", CHECKPOINTS)

    rows = np.loadtxt(glob.glob(os.environ["SM_CHANNEL_TRAIN"] + "/*.csv")[0], delimiter=",")
    train = xgb.DMatrix(rows[:, 1:], label=rows[:, 0])
    saved = {int(re.search(r"_(\d+)\.", name)[1]): name for name in os.listdir(CHECKPOINTS)}
    done = max(saved) if saved else 0
    newest = os.path.join(CHECKPOINTS, saved[done]) if saved else None
    if newest:
        print(f"Resuming from {os.path.basename(newest)}", flush=True)
        done += 1
    model = xgb.train(
        {"max_depth": 3, "eta": 0.05, "eval_metric": "rmse", "nthread": 1},
        train,
        args.num_round - done,
        evals=[(train, "train")],
        xgb_model=newest,
        callbacks=[
            xgb.callback.EvaluationMonitor(),
            xgb.callback.TrainingCheckPoint(CHECKPOINTS, name="xgboost-checkpoint", interval=1),
            StopAfterRound(),
        ],
        verbose_eval=False,
    )
    if not is_stopped:
        model.save_model(os.path.join(os.environ["SM_MODEL_DIR"], "xgboost-model.json"))
        truth.folder("model", os.environ["SM_MODEL_DIR"])
