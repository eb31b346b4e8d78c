"""Lesson 03: its exercises and predictions, in the order of the notebook. What each checks stands in the file of its idea."""

from course.exercises.padding import layers, modes, sizes

after_ten_layers = sizes.after_ten_layers
padding_pair = sizes.padding_pair
even_same = sizes.even_same
same_padding = sizes.same_padding

strided_same = sizes.strided_same
valid_or_same = sizes.valid_or_same
case_even_kernel = sizes.case_even_kernel

first_centre = sizes.first_centre
same_conv = layers.same_conv

causal_conv = layers.causal_conv

padding_modes = modes.padding_modes
