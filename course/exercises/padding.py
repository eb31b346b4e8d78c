"""Lesson 03: what its exercises check, in order, and what each says."""
