"""xgboost through its scikit-learn interface: stops early, and a logger writes the result to standard error."""
import argparse
import logging
import os

import xgboost as xgb
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

import truth

logging.basicConfig(level=logging.INFO, format="[%(asctime)s] %(levelname)s %(message)s")

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--patience", type=int)
    args = parser.parse_args()

    features, labels = load_breast_cancer(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(features, labels, random_state=1)
    model = xgb.XGBClassifier(
        n_estimators=args.rounds, eval_metric=["logloss", "error"], early_stopping_rounds=args.patience, n_jobs=1
    )
    model.fit(train_x, train_y, eval_set=[(test_x, test_y)], verbose=True)
    results = model.evals_result()["validation_0"]
    for logloss, error in zip(results["logloss"], results["error"]):
        truth.metric("validation:logloss", "%.5f" % logloss)
        truth.metric("validation:error", "%.5f" % error)
    logging.info("best iteration %d", model.best_iteration)
    truth.metric("best_iteration", model.best_iteration)
    model.save_model(os.path.join(os.environ["SM_MODEL_DIR"], "model.json"))
    truth.folder("model", os.environ["SM_MODEL_DIR"])
