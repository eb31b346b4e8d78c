"""Train a classifier in seconds: `train` shows it as it learns; `loader`, `train_epoch` and `accuracy` are the parts of a loop."""

from course.training.epochs import accuracy, loader, train_epoch
from course.training.history import History
from course.training.run import train

__all__ = ["History", "accuracy", "loader", "train", "train_epoch"]
