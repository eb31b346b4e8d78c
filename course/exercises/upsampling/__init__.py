"""Lesson 06, upsampling: its exercises, one file each, its predictions, and what these share."""
