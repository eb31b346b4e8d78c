"""Lesson 06: its exercises and predictions, in the order of the notebook. What each checks stands in the file of its idea."""

from course.exercises.cnn import capstone, flatten, judging, predictions, residual, simple, training

third_pooling = predictions.third_pooling
simple_cnn = simple.simple_cnn
flatten_size = flatten.flatten_size

rows_of_49 = predictions.rows_of_49
case_mixed_rows = flatten.case_mixed_rows

heaviest_layer = predictions.heaviest_layer
cnn_with_residual = residual.cnn_with_residual

loss_at_start = predictions.loss_at_start
train_epoch = training.train_epoch

other_company = predictions.other_company
accuracy = judging.accuracy

own_network = capstone.capstone
