"""Lesson 00, start: one window, one number."""
