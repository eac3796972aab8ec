"""Hugging Face's Trainer with a tiny model, as in SageMaker's examples: dicts on standard output, bars on standard error."""
import argparse
import logging
import os
import sys

import numpy as np
import torch
from datasets import Dataset
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainerCallback, TrainingArguments

import truth

METRICS = ["loss", "learning_rate", "eval_loss", "eval_accuracy", "train_loss"]


class Recorder(TrainerCallback):
    """Called after the callback that prints, which prints only beside its bar: during training."""

    is_training = False

    def on_train_begin(self, args, state, control, **kwargs):
        self.is_training = True

    def on_train_end(self, args, state, control, **kwargs):
        self.is_training = False

    def on_log(self, args, state, control, logs=None, **kwargs):
        for name in METRICS:
            if self.is_training and name in logs:
                truth.metric(name, f"{logs[name]:.4g}")


def examples(count, seed):
    tokens = np.random.RandomState(seed).randint(5, 50, (count, 12))
    return Dataset.from_dict({"input_ids": tokens.tolist(), "labels": (tokens[:, 0] > 27).astype(int).tolist()})


def compute_metrics(prediction):
    return {"accuracy": float((prediction.predictions.argmax(-1) == prediction.label_ids).mean())}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--train_batch_size", type=int, default=32)
    parser.add_argument("--learning_rate", type=float, default=5e-5)
    parser.add_argument("--model_name", type=str)
    parser.add_argument("--output_data_dir", type=str, default=os.environ["SM_OUTPUT_DATA_DIR"])
    parser.add_argument("--model_dir", type=str, default=os.environ["SM_MODEL_DIR"])
    args, _ = parser.parse_known_args()

    logger = logging.getLogger(__name__)
    logging.basicConfig(
        level=logging.INFO,
        handlers=[logging.StreamHandler(sys.stdout)],
        format="%(asctime)s - %(name)s - %(levelname)s - %(message)s",
    )
    torch.manual_seed(1)
    torch.set_num_threads(1)
    train, test = examples(96, 1), examples(32, 2)
    logger.info(f" loaded train_dataset length is: {len(train)}")
    config = BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, num_labels=2
    )
    trainer = Trainer(
        model=BertForSequenceClassification(config),
        args=TrainingArguments(
            output_dir="/tmp/" + os.environ["TRAINING_JOB_NAME"],
            num_train_epochs=args.epochs,
            per_device_train_batch_size=args.train_batch_size,
            eval_strategy="epoch",
            save_strategy="no",
            logging_steps=4,
            learning_rate=args.learning_rate,
            use_cpu=True,
            report_to=[],
        ),
        compute_metrics=compute_metrics,
        train_dataset=train,
        eval_dataset=test,
    )
    trainer.add_callback(Recorder())
    trainer.train()
    result = trainer.evaluate(eval_dataset=test)
    with open(os.path.join(args.output_data_dir, "eval_results.txt"), "w") as writer:
        print("***** Eval results *****")
        for key, value in sorted(result.items()):
            writer.write(f"{key} = {value}\n")
            print(f"{key} = {value}\n")
    trainer.save_model(args.model_dir)
    truth.folder("model", args.model_dir)
    truth.folder("output", args.output_data_dir)
