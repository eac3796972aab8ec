"""torchrun on a spot instance: all ranks agree to stop, the first one saves; the next attempt continues."""
import argparse
import os
import signal
import time

import torch
import torch.distributed as dist

import truth

CHECKPOINTS = os.path.join(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints")
FILE = os.path.join(CHECKPOINTS, "state.pt")
is_stopped = False


def stop(signal_number, frame):
    global is_stopped
    is_stopped = True


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    parser = argparse.ArgumentParser()
    parser.add_argument("--more_steps", type=int)
    args = parser.parse_args()
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    rank = dist.get_rank()
    if rank == 0:
        truth.folder("found", CHECKPOINTS)

    state = torch.load(FILE) if os.path.exists(FILE) else {"weight": torch.ones(2), "step": 0}
    # The first attempt goes on until it is interrupted.
    is_resumed = state["step"] > 0
    last_step = state["step"] + args.more_steps if is_resumed else 1_000_000
    while state["step"] < last_step:
        state["step"] += 1
        state["weight"] = state["weight"] * 0.99
        loss = state["weight"].sum() * (rank + 1)
        dist.all_reduce(loss)
        if rank == 0:
            print(f"step {state['step']} loss {loss:.5e}", flush=True)
            truth.metric("loss", f"{loss:.5e}")
        wish = torch.tensor(int(is_stopped))
        dist.all_reduce(wish)
        if wish > 0:
            break
        if not is_resumed:
            time.sleep(0.05)

    if rank == 0 and state["step"] < last_step:
        torch.save(state, FILE)
        truth.folder("checkpoints", CHECKPOINTS)
    elif rank == 0:
        torch.save(state["weight"], os.path.join(os.environ["SM_MODEL_DIR"], "weight.pt"))
        truth.folder("model", os.environ["SM_MODEL_DIR"])
    dist.destroy_process_group()
