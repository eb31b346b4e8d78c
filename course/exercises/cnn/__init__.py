"""Lesson 06: its exercises and predictions, in the order of the notebook. What each checks stands in the file of its idea."""

from course.exercises.cnn import flatten, judging, residual, simple, training

simple_cnn = simple.simple_cnn
flatten_size = flatten.flatten_size
case_mixed_rows = flatten.case_mixed_rows
cnn_with_residual = residual.cnn_with_residual
train_epoch = training.train_epoch
accuracy = judging.accuracy
