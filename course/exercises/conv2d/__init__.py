"""Lesson 02: its exercises and predictions, in the order of the notebook. What each checks stands in the file of its idea."""

from course.exercises.conv2d import counts, layer, sizes, sliding

places_in_a_row = sliding.places_in_a_row
flipped_or_not = sliding.flipped_or_not
cross_correlate = sliding.cross_correlate
edge_kernel = sliding.edge_kernel

maps_that_come_out = counts.maps_that_come_out
larger_picture = counts.larger_picture
parameter_count = counts.parameter_count

steps_of_two = sizes.steps_of_two
output_size = sizes.output_size

conv2d = layer.conv2d

multiply_adds = counts.multiply_adds

two_small_layers = sizes.two_small_layers
receptive_field = sizes.receptive_field

case_divided_size = sizes.case_divided_size
