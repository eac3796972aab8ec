"""torchrun on several hosts with checkpoints: each host finds them, the first rank saves them; fails if it is told to."""
import argparse
import glob
import os

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

import truth

CHECKPOINTS = os.path.join(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints")

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--fail_at", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    truth.folder("found", CHECKPOINTS)
    dist.init_process_group("gloo")
    rank, ranks = dist.get_rank(), dist.get_world_size()

    torch.manual_seed(0)
    features = torch.randn(64, 3)
    labels = features.sum(1, keepdim=True)
    model = DistributedDataParallel(torch.nn.Linear(3, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    states = sorted(glob.glob(os.path.join(CHECKPOINTS, "epoch-*.pt")))
    first = 1
    if states:
        state = torch.load(states[-1])
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["epoch"] + 1
    for epoch in range(first, args.epochs + 1):
        loss = torch.nn.functional.mse_loss(model(features[rank::ranks]), labels[rank::ranks])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        # Both hosts print.
        print(f"epoch {epoch} loss {loss.item():.6f}", flush=True)
        truth.metric("loss", f"{loss.item():.6f}")
        if rank == 0:
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
            torch.save(state, os.path.join(CHECKPOINTS, f"epoch-{epoch}.pt"))
            truth.folder("checkpoints", CHECKPOINTS)
        # Nobody goes on before the checkpoint is complete.
        dist.barrier()
        if epoch == args.fail_at:
            raise ValueError(f"the loss of epoch {epoch} is not finite")

    if rank == 0:
        torch.save(model.module.state_dict(), os.path.join(os.environ["SM_MODEL_DIR"], "model.pt"))
        truth.folder("model", os.environ["SM_MODEL_DIR"])
    dist.destroy_process_group()
