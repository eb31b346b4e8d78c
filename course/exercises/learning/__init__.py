"""Lesson 04, layers that learn: its exercises, one file each, its predictions, and what these share."""
