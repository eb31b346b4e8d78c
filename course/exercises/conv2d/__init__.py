"""Lesson 02, conv2d: a kernel slides over an image; what the layer costs, and how much it sees."""
