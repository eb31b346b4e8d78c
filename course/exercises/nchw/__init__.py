"""Lesson 01, nchw: images as tensors, their axes, and their order in memory."""
