"""Lesson 02: what its exercises check, in order, and what each says."""
