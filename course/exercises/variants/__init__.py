"""Lesson 04: its exercises and predictions, in the order of the notebook. What each checks stands in the file of its idea."""

from course.exercises.variants import (
    case,
    generating,
    grouped,
    predictions,
    savings,
    separable,
    signals,
    transposed,
    upsampling,
)

signal_axes = predictions.signal_axes
smooth_signal = signals.smooth_signal

channels_reached = predictions.channels_reached
grouped_by_hand = grouped.grouped_by_hand

depthwise_separable = separable.depthwise_separable
separable_parameters = predictions.separable_parameters
separable_savings = savings.separable_savings
case_lost_bias = case.case_lost_bias

dilated_weights = predictions.dilated_weights

two_stamps = predictions.two_stamps
transposed_weight = predictions.transposed_weight
there_and_back = predictions.there_and_back
transposed_size = transposed.transposed_size

up_block = upsampling.up_block
generator = generating.generator
