"""From what a judge found to autograded notebooks and the rows of nbgrader's gradebook."""
