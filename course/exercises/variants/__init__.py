"""Lesson 04, variants: Conv2d's friends, from one-dimensional to transposed convolutions."""
