"""Lesson 02: its exercises and predictions, in the order of the notebook. What each checks stands in the file of its idea."""

from course.exercises import conv2d_counts, conv2d_layer, conv2d_sizes, conv2d_sliding

places_in_a_row = conv2d_sliding.places_in_a_row
flipped_or_not = conv2d_sliding.flipped_or_not
cross_correlate = conv2d_sliding.cross_correlate
edge_kernel = conv2d_sliding.edge_kernel

maps_that_come_out = conv2d_counts.maps_that_come_out
weight_shape = conv2d_counts.weight_shape
larger_picture = conv2d_counts.larger_picture
parameter_count = conv2d_counts.parameter_count

steps_of_two = conv2d_sizes.steps_of_two
output_size = conv2d_sizes.output_size

conv2d = conv2d_layer.conv2d

multiply_adds = conv2d_counts.multiply_adds

two_small_layers = conv2d_sizes.two_small_layers
receptive_field = conv2d_sizes.receptive_field

case_divided_size = conv2d_sizes.case_divided_size
