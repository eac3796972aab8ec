"""PyTorch with a bar and a logger that share standard error, and with text on standard output that ends no line."""
import argparse
import logging
import os

import torch
from tqdm import tqdm, trange
from tqdm.contrib.logging import logging_redirect_tqdm

import truth

logging.basicConfig(level=logging.INFO, format="%(levelname)s:%(name)s:%(message)s")
CHECKPOINTS = os.path.join(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints")

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int)
    args = parser.parse_args()
    truth.folder("found", CHECKPOINTS)
    torch.manual_seed(0)
    torch.set_num_threads(1)

    print("Loading the data ...", end="", flush=True)
    features = torch.randn(256, 6)
    labels = features @ torch.arange(6.0).reshape(6, 1) + 0.1 * torch.randn(256, 1)
    model = torch.nn.Linear(6, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.3)
    with logging_redirect_tqdm():
        for epoch in trange(args.epochs, desc="epochs"):
            for batch in tqdm(torch.split(torch.arange(256), 8), desc="batches", leave=False, mininterval=0):
                loss = torch.nn.functional.mse_loss(model(features[batch]), labels[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            schedule.step()
            rate = "%.3g" % schedule.get_last_lr()[0]
            logging.info("epoch %d loss=%.5f; lr=%s", epoch, loss.item(), rate)
            truth.metric("loss", "%.5f" % loss.item())
            truth.metric("lr", rate)
            print(".", end="", flush=True)
            torch.save(model.state_dict(), os.path.join(CHECKPOINTS, f"{os.environ['SM_CURRENT_HOST']}-{epoch}.pt"))
            truth.folder("checkpoints", CHECKPOINTS)

    torch.jit.save(torch.jit.script(model), os.path.join(os.environ["SM_MODEL_DIR"], "model.pt"))
    truth.folder("model", os.environ["SM_MODEL_DIR"])
