"""Lesson 08, convolutional networks: its exercises, one file each, its predictions, and what these share."""
