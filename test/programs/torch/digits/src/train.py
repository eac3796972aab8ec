"""A small network with the log lines of PyTorch's own examples, by a logger on standard output."""
import argparse
import json
import logging
import os
import sys

import torch
import torch.nn.functional as F
from torch import nn

import truth

logger = logging.getLogger(__name__)
logger.setLevel(logging.DEBUG)
logger.addHandler(logging.StreamHandler(sys.stdout))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.output = nn.Linear(4 * 9, 2)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv(x), 2))
        return F.log_softmax(self.output(x.flatten(1)), dim=1)


def images(count, seed):
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, 2, (count,), generator=generator)
    pixels = torch.rand((count, 1, 8, 8), generator=generator)
    pixels[:, :, :4] += 0.3 * labels.reshape(-1, 1, 1, 1)
    return torch.utils.data.TensorDataset(pixels, labels)


def train(args):
    torch.manual_seed(args.seed)
    loader = torch.utils.data.DataLoader(images(160, 1), batch_size=args.batch_size, shuffle=True)
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=0.5)
    for epoch in range(1, args.epochs + 1):
        model.train()
        for batch_idx, (data, target) in enumerate(loader, 1):
            optimizer.zero_grad()
            loss = F.nll_loss(model(data), target)
            loss.backward()
            optimizer.step()
            if batch_idx % args.log_interval == 0:
                done = f"[{batch_idx * len(data)}/{len(loader.dataset)} ({100.0 * batch_idx / len(loader):.0f}%)]"
                logger.info("Train Epoch: {} {} Loss: {:.6f}".format(epoch, done, loss.item()))
                truth.metric("train:loss", "%.6f" % loss.item())
        test(model)
    with open(os.path.join(args.model_dir, "model.pth"), "wb") as file:
        torch.save(model.state_dict(), file)
    truth.folder("model", args.model_dir)


def test(model):
    model.eval()
    data, target = images(64, 2).tensors
    with torch.no_grad():
        output = model(data)
    loss = F.nll_loss(output, target).item()
    correct = int(output.argmax(1).eq(target).sum())
    percent = 100.0 * correct / len(target)
    logger.info("Test set: Average loss: {:.4f}, Accuracy: {}/{} ({:.0f}%)\n".format(loss, correct, 64, percent))
    truth.metric("average test loss", "%.4f" % loss)
    truth.metric("accuracy", "%.0f" % percent)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log-interval", type=int, default=5)
    parser.add_argument("--backend", type=str, default=None)
    parser.add_argument("--hosts", type=list, default=json.loads(os.environ["SM_HOSTS"]))
    parser.add_argument("--current-host", type=str, default=os.environ["SM_CURRENT_HOST"])
    parser.add_argument("--model-dir", type=str, default=os.environ["SM_MODEL_DIR"])
    parser.add_argument("--num-gpus", type=int, default=os.environ["SM_NUM_GPUS"])
    torch.set_num_threads(1)
    train(parser.parse_args())
