# Plain XGBoost on the CSV file of a job: xgboost-reference.py FILE ROUNDS PARAMETERS MODEL. Prints whether the model of the job,
# in XGBoost's own file, predicts the same, and its rounds.
import json
import sys
import warnings

import numpy as np
import xgboost

warnings.simplefilter("ignore")
file, rounds, parameters, model = sys.argv[1:]
data = np.loadtxt(file, delimiter=",", dtype=np.float32)
matrix = xgboost.DMatrix(data[:, 1:], label=data[:, 0])
plain = xgboost.train(json.loads(parameters), matrix, int(rounds))
ours = xgboost.Booster(model_file=model)
same = bool(np.array_equal(plain.predict(matrix), ours.predict(matrix)))
print(json.dumps({"same": same, "rounds": ours.num_boosted_rounds()}))
