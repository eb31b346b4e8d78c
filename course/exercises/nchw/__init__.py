"""Lesson 01: its exercises and predictions, in the order of the notebook. What each checks stands in the file of its idea."""

from course.exercises.nchw import loading, memory, predictions, statistics

permuted_shape = predictions.permuted_shape
to_nchw = loading.to_nchw
reshaped_channel = predictions.reshaped_channel
constant_image = predictions.constant_image
telltale_batch = loading.telltale_batch
silent_layout = predictions.silent_layout
unbatched_flatten = predictions.unbatched_flatten
as_batch = loading.as_batch

channel_means = statistics.channel_means
broadcast_axis = predictions.broadcast_axis
normalize = statistics.normalize

channel_step = predictions.channel_step
channels_last_shape = predictions.channels_last_shape
channels_last = memory.channels_last

case_reshaped_loader = loading.case_reshaped_loader
