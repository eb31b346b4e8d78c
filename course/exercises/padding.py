"""Lesson 03: its exercises and predictions, in the order of the notebook. What each checks stands in the file of its idea."""

from course.exercises import padding_layers, padding_sizes
from course.exercises import padding_modes as modes

after_ten_layers = padding_sizes.after_ten_layers
padding_pair = padding_sizes.padding_pair
even_same = padding_sizes.even_same
same_padding = padding_sizes.same_padding

strided_same = padding_sizes.strided_same
valid_or_same = padding_sizes.valid_or_same
case_even_kernel = padding_sizes.case_even_kernel

first_centre = padding_sizes.first_centre
same_conv = padding_layers.same_conv

causal_conv = padding_layers.causal_conv

padding_modes = modes.padding_modes
