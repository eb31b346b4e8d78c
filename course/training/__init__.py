"""Train a classifier in seconds: `train` shows it as it learns; `loader`, `train_epoch` and `accuracy` are the parts of a loop."""

from course.training.epochs import accuracy, loader, train_epoch
from course.training.history import History
from course.training.run import train
from course.training.two_parts import in_two_parts

__all__ = ["History", "accuracy", "in_two_parts", "loader", "train", "train_epoch"]
