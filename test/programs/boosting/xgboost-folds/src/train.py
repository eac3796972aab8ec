"""Cross-validation by xgboost, a model for each fold, and the predictions as other output."""
import argparse
import glob
import os

import numpy as np
import xgboost as xgb

import truth

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--k_fold", type=int)
    parser.add_argument("--num_round", type=int)
    args = parser.parse_args()

    rows = np.loadtxt(glob.glob(os.environ["SM_CHANNEL_TRAIN"] + "/*.csv")[0], delimiter=",")
    data = xgb.DMatrix(rows[:, 1:], label=rows[:, 0])
    parameters = {"max_depth": 2, "eval_metric": "rmse", "nthread": 1}
    table = xgb.cv(parameters, data, args.num_round, nfold=args.k_fold, seed=3, verbose_eval=True, as_pandas=False)
    for train, test in zip(table["train-rmse-mean"], table["test-rmse-mean"]):
        truth.metric("train:rmse", "%.5f" % train)
        truth.metric("validation:rmse", "%.5f" % test)

    output = os.environ["SM_OUTPUT_DATA_DIR"]
    os.makedirs(os.path.join(output, "predictions"))
    for fold in range(args.k_fold):
        chosen = np.arange(len(rows)) % args.k_fold != fold
        model = xgb.train(parameters, data.slice(np.where(chosen)[0]), args.num_round)
        model.save_model(os.path.join(os.environ["SM_MODEL_DIR"], f"xgboost-model-{fold}.ubj"))
        predictions = model.predict(data.slice(np.where(~chosen)[0]))
        np.savetxt(os.path.join(output, "predictions", f"fold {fold}.csv"), predictions)
    truth.folder("model", os.environ["SM_MODEL_DIR"])
    truth.folder("output", output)
