"""lightgbm with its evaluation log every few rounds. Its own messages come from C++, its values from Python."""
import argparse
import glob
import os

import lightgbm as lgb
import numpy as np

import truth


def load(channel):
    rows = np.loadtxt(glob.glob(os.environ[f"SM_CHANNEL_{channel}"] + "/*.csv")[0], delimiter=",")
    return rows[:, 1:], rows[:, 0]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--num_boost_round", type=int)
    parser.add_argument("--period", type=int)
    args = parser.parse_args()

    train = lgb.Dataset(*load("TRAIN"))
    valid = lgb.Dataset(*load("VALIDATION"), reference=train)
    results = {}
    model = lgb.train(
        {"objective": "regression", "metric": ["l2", "l1"], "num_leaves": 7, "num_threads": 1, "deterministic": True},
        train,
        args.num_boost_round,
        valid_sets=[train, valid],
        valid_names=["training", "valid_1"],
        callbacks=[lgb.log_evaluation(args.period), lgb.record_evaluation(results)],
    )
    for round in range(args.period - 1, args.num_boost_round, args.period):
        truth.metric("train_l2", "%g" % results["training"]["l2"][round])
        truth.metric("valid_l2", "%g" % results["valid_1"]["l2"][round])
        truth.metric("valid_l1", "%g" % results["valid_1"]["l1"][round])
    model.save_model(os.path.join(os.environ["SM_MODEL_DIR"], "model.txt"))
    truth.folder("model", os.environ["SM_MODEL_DIR"])
