"""Scores rows by model.onnx in ONNX Runtime, and by model.json in numpy: score_models.py MODEL_FOLDER ROWS_CSV FIRST_COLUMN."""

import json
import pathlib
import sys

import numpy as np
import onnxruntime

folder, rows_file, first = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
rows = np.loadtxt(rows_file, delimiter=",", ndmin=2)[:, first:]
session = onnxruntime.InferenceSession(str(folder / "model.onnx"))
names = [output.name for output in session.get_outputs()]
onnx = dict(zip(names, session.run(names, {"features": rows.astype(np.float32)})))

model = json.loads((folder / "model.json").read_text())
if model["algorithm"] == "kmeans":
    distances = np.linalg.norm(rows[:, None, :] - np.array(model["centers"])[None], axis=2)
    own = {"closest_cluster": distances.argmin(axis=1), "distance_to_cluster": distances.min(axis=1)}
else:
    scores = rows @ np.array(model["weights"]).T + np.array(model["bias"])
    if model["predictor_type"] == "multiclass_classifier":
        exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
        own = {"score": exponentials / exponentials.sum(axis=1, keepdims=True), "predicted_label": scores.argmax(axis=1)}
    else:
        own = {"score": scores[:, 0]}
        if model["loss"] == "logistic":
            own["score"] = 1 / (1 + np.exp(-own["score"]))
        if model["predictor_type"] == "binary_classifier":
            own["predicted_label"] = (own["score"] >= model["threshold"]).astype(int)

differences = {name: float(np.abs(onnx[name] - value).max()) for name, value in own.items()}
print(json.dumps({"outputs": names, "differences": differences}))
