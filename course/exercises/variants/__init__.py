"""Lesson 05, variants: Conv2d's friends, from one-dimensional to transposed convolutions."""
