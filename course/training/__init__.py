"""Train a classifier in seconds, and watch it: `train` by itself; `fit` by a `train_epoch` and an `accuracy`, such as a learner's own."""

from course.training.epochs import Batches, accuracy, fit, loader, train_epoch
from course.training.history import History
from course.training.run import train
from course.training.two_parts import in_two_parts

__all__ = ["Batches", "History", "accuracy", "fit", "in_two_parts", "loader", "train", "train_epoch"]
