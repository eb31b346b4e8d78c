"""Lesson 05, residual connections: its exercises, one file each, its predictions, and what these share."""
