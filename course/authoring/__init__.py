"""For those who write the course: source notebooks with their stored outputs, and the student notebooks made from them.

Needs the extra `grading`. Nothing that a student's notebook imports may import this package.
"""
