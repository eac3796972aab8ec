"""A loop with Accelerate in two processes, without a Trainer: a bar on standard error, states as checkpoints."""
import argparse
import glob
import math
import os

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from tqdm.auto import tqdm

import truth

CHECKPOINTS = os.path.join(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints")

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--fail_at", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    set_seed(3)
    accelerator = Accelerator(cpu=True)
    assert accelerator.num_processes == 2
    if accelerator.is_main_process:
        truth.folder("found", CHECKPOINTS)
    accelerator.wait_for_everyone()

    tokens = torch.randint(0, 16, (64, 2))
    model = torch.nn.Sequential(torch.nn.Embedding(16, 8), torch.nn.Linear(8, 16))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.05)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(tokens), batch_size=8)
    model, optimizer, loader = accelerator.prepare(model, optimizer, loader)

    states = sorted(glob.glob(os.path.join(CHECKPOINTS, "epoch_*")))
    first = 1
    if states:
        accelerator.load_state(states[-1])
        first = int(states[-1].rsplit("_", 1)[1]) + 1
    bar = tqdm(total=args.epochs * len(loader), disable=not accelerator.is_local_main_process)
    for epoch in range(first, args.epochs + 1):
        total = torch.zeros(())
        for (batch,) in loader:
            loss = torch.nn.functional.cross_entropy(model(batch[:, 0]), batch[:, 1])
            accelerator.backward(loss)
            optimizer.step()
            optimizer.zero_grad()
            total += accelerator.gather(loss.detach()).mean()
            bar.update(1)
        train_loss = f"{total / len(loader):.4f}"
        accelerator.print(f"epoch {epoch}: train_loss={train_loss}", flush=True)
        accelerator.save_state(os.path.join(CHECKPOINTS, f"epoch_{epoch}"))
        accelerator.wait_for_everyone()
        if accelerator.is_main_process:
            truth.metric("train_loss", train_loss)
            truth.folder("checkpoints", CHECKPOINTS)
        accelerator.wait_for_everyone()
        if epoch == args.fail_at:
            raise ValueError(f"the loss is not finite in epoch {epoch}")

    if accelerator.is_main_process:
        perplexity = f"{math.exp(total / len(loader)):.3f}"
        print(f"perplexity: {perplexity}", flush=True)
        truth.metric("perplexity", perplexity)
    accelerator.wait_for_everyone()
    accelerator.save_model(model, os.environ["SM_MODEL_DIR"])
    accelerator.wait_for_everyone()
    if accelerator.is_main_process:
        truth.folder("model", os.environ["SM_MODEL_DIR"])
    accelerator.end_training()
