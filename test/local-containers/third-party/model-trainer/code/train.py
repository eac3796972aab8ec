# A training script for ModelTrainer: it knows the variables that the drivers set.
import os

channel = os.environ["SM_CHANNEL_TRAINING"]
rows = 0
for name in sorted(os.listdir(channel)):
    with open(os.path.join(channel, name)) as file:
        rows += len(file.readlines())
    print("read", name)
with open(os.path.join(os.environ["SM_MODEL_DIR"], "rows.txt"), "w") as file:
    file.write(str(rows))
print("learned from", rows, "rows")
