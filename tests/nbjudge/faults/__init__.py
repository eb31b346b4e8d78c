"""Everything that can break while a class is graded, with real processes: scores are those of an undisturbed run."""
