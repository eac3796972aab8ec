"""Data parallel training by torchrun: each rank prints its loss, the first one prints the mean and saves the model."""
import argparse
import json
import os
import sys

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

import truth

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int)
    args = parser.parse_args()
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    rank, ranks = dist.get_rank(), dist.get_world_size()

    torch.manual_seed(0)
    features = torch.randn(64, 3)
    labels = features.sum(1, keepdim=True)
    model = DistributedDataParallel(torch.nn.Linear(3, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(args.epochs):
        loss = torch.nn.functional.mse_loss(model(features[rank::ranks]), labels[rank::ranks])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        own = f"{loss.item():.6f}"
        # In one write, so that lines of the ranks, which share the stream, do not mix.
        sys.stdout.write(f"[rank {rank}] loss={own}\n")
        sys.stdout.flush()
        truth.metric(f"rank{rank}:loss", own)
        mean = loss.detach() / ranks
        dist.all_reduce(mean)
        if rank == 0:
            sys.stdout.write(f"epoch {epoch} mean loss {mean:.6f}\n")
            sys.stdout.flush()
            truth.metric("loss", f"{mean:.6f}")

    if rank == 0:
        folder = os.environ["SM_MODEL_DIR"]
        torch.save(model.module.state_dict(), os.path.join(folder, "model.pt"))
        with open(os.path.join(folder, "world.json"), "w") as file:
            json.dump({"ranks": ranks, "hosts": json.loads(os.environ["SM_HOSTS"])}, file)
        truth.folder("model", folder)
    dist.destroy_process_group()
