"""Train a classifier on images in seconds, and watch it: `train`, and what it gives back, a `History`."""

from course.training.history import History
from course.training.run import train

__all__ = ["History", "train"]
