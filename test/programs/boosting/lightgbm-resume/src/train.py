"""lightgbm that keeps its two newest checkpoints, and fails at a given round if it is told to."""
import argparse
import glob
import json
import os

import lightgbm as lgb
import numpy as np

import truth

with open(os.path.join(os.environ["SM_INPUT_CONFIG_DIR"], "checkpointconfig.json")) as file:
    CHECKPOINTS = json.load(file)["LocalPath"]


def checkpoints():
    return sorted(glob.glob(os.path.join(CHECKPOINTS, "round-*", "model.txt")))


def save(environment):
    _, name, value, _ = environment.evaluation_result_list[0]
    truth.metric(name, "%g" % value)
    round = environment.iteration + 1
    folder = os.path.join(CHECKPOINTS, f"round-{round:04d}")
    os.makedirs(folder)
    environment.model.save_model(os.path.join(folder, "model.txt"))
    for old in checkpoints()[:-2]:
        os.remove(old)
        os.rmdir(os.path.dirname(old))
    truth.folder("checkpoints", CHECKPOINTS)
    if round == args.fail_at:
        raise MemoryError("the worker lost its data")


# Behind the callback that prints (10).
save.order = 20

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--fail_at", type=int, default=0)
    args = parser.parse_args()
    truth.folder("found", CHECKPOINTS)
    newest = checkpoints()[-1] if checkpoints() else None
    done = lgb.Booster(model_file=newest).current_iteration() if newest else 0
    print(f"starts with round {done + 1}")

    rows = np.loadtxt(glob.glob(os.environ["SM_CHANNEL_TRAIN"] + "/*.csv")[0], delimiter=",")
    train = lgb.Dataset(rows[:, 1:], rows[:, 0], free_raw_data=False)
    model = lgb.train(
        {"metric": "rmse", "num_leaves": 5, "num_threads": 1, "verbosity": -1},
        train,
        args.rounds - done,
        valid_sets=[train],
        init_model=newest,
        callbacks=[lgb.log_evaluation(1), save],
    )
    model.save_model(os.path.join(os.environ["SM_MODEL_DIR"], "model.txt"))
    truth.folder("model", os.environ["SM_MODEL_DIR"])
