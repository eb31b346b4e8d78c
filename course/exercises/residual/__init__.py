"""Lesson 07, residual connections: its exercises, one file each, its predictions, and what these share."""
