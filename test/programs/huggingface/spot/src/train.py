"""Hugging Face's Trainer on a spot instance: saves when it is stopped, keeps two checkpoints, continues from the newest."""
import argparse
import json
import os
import signal
import time

import torch
from datasets import Dataset
from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainerCallback, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

import truth

with open(os.path.join(os.environ["SM_INPUT_CONFIG_DIR"], "checkpointconfig.json")) as file:
    CHECKPOINTS = json.load(file)["LocalPath"]
is_stopped = False


def stop(signal_number, frame):
    global is_stopped
    is_stopped = True


class Recorder(TrainerCallback):
    def __init__(self, last_step):
        self.last_step = last_step

    def on_log(self, args, state, control, logs=None, **kwargs):
        if "loss" in logs:
            truth.metric("loss", f"{logs['loss']:.4g}")

    def on_step_end(self, args, state, control, **kwargs):
        # The first attempt goes on until it is interrupted.
        if self.last_step is None:
            time.sleep(0.05)
        if is_stopped or state.global_step == self.last_step:
            control.should_save = True
            control.should_training_stop = True

    def on_save(self, args, state, control, **kwargs):
        truth.folder("checkpoints", CHECKPOINTS)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    parser = argparse.ArgumentParser()
    parser.add_argument("--more_steps", type=int)
    args = parser.parse_args()
    truth.folder("found", CHECKPOINTS)
    newest = get_last_checkpoint(CHECKPOINTS)
    last_step = None if newest is None else int(newest.rsplit("-", 1)[1]) + args.more_steps

    torch.manual_seed(1)
    torch.set_num_threads(1)
    tokens = torch.randint(0, 30, (64, 8))
    config = GPT2Config(vocab_size=30, n_positions=8, n_embd=8, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=0)
    trainer = Trainer(
        model=GPT2LMHeadModel(config),
        args=TrainingArguments(
            output_dir=CHECKPOINTS,
            max_steps=10_000,
            logging_steps=5,
            save_steps=10,
            save_total_limit=2,
            use_cpu=True,
            report_to=[],
        ),
        train_dataset=Dataset.from_dict({"input_ids": tokens.tolist(), "labels": tokens.tolist()}),
        callbacks=[Recorder(last_step)],
    )
    trainer.train(resume_from_checkpoint=newest)
    if not is_stopped:
        trainer.save_model(os.environ["SM_MODEL_DIR"])
        truth.folder("model", os.environ["SM_MODEL_DIR"])
