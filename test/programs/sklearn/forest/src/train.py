"""A random forest as in SageMaker's scikit-learn examples: hyphens in the arguments, joblib for the model."""
import argparse
import os

import joblib
import numpy as np
from sklearn.ensemble import RandomForestRegressor

import truth

if __name__ == "__main__":
    print("extracting arguments")
    parser = argparse.ArgumentParser()
    parser.add_argument("--n-estimators", type=int, default=10)
    parser.add_argument("--min-samples-leaf", type=int, default=3)
    parser.add_argument("--model-dir", type=str, default=os.environ.get("SM_MODEL_DIR"))
    parser.add_argument("--train", type=str, default=os.environ.get("SM_CHANNEL_TRAIN"))
    parser.add_argument("--validation", type=str, default=os.environ.get("SM_CHANNEL_VALIDATION"))
    args, _ = parser.parse_known_args()

    print("reading data")
    train = np.loadtxt(os.path.join(args.train, "housing.csv"), delimiter=",")
    validation = np.loadtxt(os.path.join(args.validation, "housing.csv"), delimiter=",")
    # verbose: joblib's progress on standard error, or on standard output for more than 50.
    model = RandomForestRegressor(
        n_estimators=args.n_estimators, min_samples_leaf=args.min_samples_leaf, random_state=0, verbose=2
    )
    model.fit(train[:, 1:], train[:, 0])

    print("validating model")
    errors = np.abs(model.predict(validation[:, 1:]) - validation[:, 0])
    for q in [10, 50, 90]:
        error = str(np.percentile(a=errors, q=q))
        print(f"AE-at-{q}th-percentile: {error}")
        if q == 50:
            truth.metric("median-AE", error)
    score = "%.6e" % model.score(validation[:, 1:], validation[:, 0])
    print(f"epoch=1; validation r2={score};")
    truth.metric("validation:r2", score)

    joblib.dump(model, os.path.join(args.model_dir, "model.joblib"), compress=3)
    print("model persisted in " + args.model_dir)
    truth.folder("model", args.model_dir)
