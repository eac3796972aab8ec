"""xgboost in script mode: its own evaluation log, as with SageMaker's image."""
import argparse
import glob
import os

import numpy as np
import xgboost as xgb

import truth


def load(folder):
    rows = np.vstack([np.loadtxt(file, delimiter=",") for file in sorted(glob.glob(f"{folder}/*.csv"))])
    return xgb.DMatrix(rows[:, 1:], label=rows[:, 0])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--num_round", type=int)
    parser.add_argument("--max_depth", type=int)
    parser.add_argument("--eta", type=float)
    parser.add_argument("--model_dir", default=os.environ["SM_MODEL_DIR"])
    parser.add_argument("--train", default=os.environ["SM_CHANNEL_TRAIN"])
    parser.add_argument("--validation", default=os.environ["SM_CHANNEL_VALIDATION"])
    args = parser.parse_args()

    train, validation = load(args.train), load(args.validation)
    parameters = {"max_depth": args.max_depth, "eta": args.eta, "eval_metric": ["rmse", "mae"], "nthread": 1}
    results = {}
    print("Training ...", end="", flush=True)
    model = xgb.train(
        {**parameters, "objective": "reg:squarederror"},
        train,
        args.num_round,
        evals=[(train, "train"), (validation, "validation")],
        evals_result=results,
    )
    for round in range(args.num_round):
        for name in ("train-rmse", "validation-rmse", "validation-mae"):
            data, metric = name.split("-")
            truth.metric(f"{data}:{metric}", "%.5f" % results[data][metric][round])

    model.save_model(os.path.join(args.model_dir, "xgboost-model.ubj"))
    with open(os.path.join(args.model_dir, "features.txt"), "w") as file:
        file.write("size\nrooms\nage\ndistance\n")
    truth.folder("model", args.model_dir)
