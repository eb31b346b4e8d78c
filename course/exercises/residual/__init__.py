"""Lesson 05: its exercises and predictions, in the order of the notebook. What each checks stands in the file of its idea."""

from course.exercises.residual import blocks, case, depth, gradients, identity, predictions, statistics, tables

deeper_plain = depth.deeper_plain
sixty_layers = gradients.sixty_layers
gradient_norms = gradients.gradient_norms

running_variance = statistics.running_variance
running_statistics = statistics.running_statistics
no_grad_moves = statistics.no_grad_moves

residual_block = blocks.residual_block
case_spoiled_shortcut = case.case_spoiled_shortcut

one_channel_sum = predictions.one_channel_sum
projection_block = blocks.projection_block

bottleneck_weights = predictions.bottleneck_weights
bottleneck = blocks.bottleneck

zero_gamma = identity.zero_gamma
start_as_identity = identity.start_as_identity

shape_table = tables.shape_table
