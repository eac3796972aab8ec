"""Fits a line to points and saves it. Nothing here knows where it runs: SageMaker, or optml on this machine."""
import csv
import json
import os
import sys

channel = os.environ["SM_CHANNEL_TRAIN"]
rate = float(json.loads(os.environ["SM_HPS"]).get("rate", 0.05))
epochs = int(json.loads(os.environ["SM_HPS"]).get("epochs", 200))

points = []
for name in sorted(os.listdir(channel)):
    with open(os.path.join(channel, name), newline="") as file:
        points += [(float(x), float(y)) for x, y in csv.reader(file)]
if not points:
    sys.exit("the channel has no points")

slope = offset = 0.0
for epoch in range(1, epochs + 1):
    errors = [(slope * x + offset - y, x) for x, y in points]
    slope -= rate * 2 * sum(error * x for error, x in errors) / len(points)
    offset -= rate * 2 * sum(error for error, _ in errors) / len(points)
    loss = sum(error * error for error, _ in errors) / len(points)
    if epoch % 20 == 0:
        print(f"epoch={epoch} loss={loss:.6f}", flush=True)

with open(os.path.join(os.environ["SM_MODEL_DIR"], "line.json"), "w") as file:
    json.dump({"slope": slope, "offset": offset}, file)
