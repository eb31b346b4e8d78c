"""Lesson 03, padding: what lies beyond the border, and how a layer keeps the size."""
