"""Learns handwritten digits with PyTorch: on one host, or by torchrun on several."""
import argparse
import gzip
import os

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--learning-rate", type=float, default=0.005)
parser.add_argument("--training", default=os.environ.get("SM_CHANNEL_TRAINING", "../data"))
parser.add_argument("--model-dir", default=os.environ.get("SM_MODEL_DIR", "."))
args = parser.parse_args()

# torchrun sets the variables that name the other processes.
if distributed.is_torchelastic_launched():
    distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
rank, ranks = (distributed.get_rank(), distributed.get_world_size()) if distributed.is_initialized() else (0, 1)
device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if torch.cuda.is_available() else torch.device("cpu")

# A row: the 64 pixels of a digit, then the digit. Every fifth row tests the model.
with gzip.open(os.path.join(args.training, "digits.csv.gz"), "rt") as file:
    table = torch.tensor([[float(value) for value in line.split(",")] for line in file], device=device)
pixels, digits = table[:, :-1] / 16, table[:, -1].long()
is_test = torch.arange(len(table), device=device) % 5 == 4
# Each process trains on its part, of the same size as the others.
count = int((~is_test).sum()) // ranks
mine = slice(rank * count, (rank + 1) * count)
batches = torch.utils.data.DataLoader(
    torch.utils.data.TensorDataset(pixels[~is_test][mine], digits[~is_test][mine]), batch_size=64, shuffle=True
)

# The model is so small that more threads only wait for each other.
torch.set_num_threads(1)
torch.manual_seed(1)
model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)).to(device)
trained = DistributedDataParallel(model) if distributed.is_initialized() else model
optimizer = torch.optim.Adam(model.parameters(), lr=args.learning_rate)
for epoch in range(1, args.epochs + 1):
    for features, expected in batches:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(trained(features), expected)
        loss.backward()
        optimizer.step()
    if rank == 0 and epoch % 10 == 0:
        print(f"epoch={epoch} loss={loss.item():.4f}", flush=True)

if rank == 0:
    with torch.no_grad():
        accuracy = (model(pixels[is_test]).argmax(1) == digits[is_test]).float().mean().item()
    print(f"PyTorch {torch.__version__}, {ranks} processes: accuracy={accuracy:.4f}")
    torch.save(model.cpu().state_dict(), os.path.join(args.model_dir, "model.pt"))
if distributed.is_initialized():
    # No process leaves while another one still needs its connection.
    distributed.barrier()
    distributed.destroy_process_group()
