"""From a judge's result to autograded notebooks and the rows of nbgrader's gradebook.

notebook       the autograded notebook, and the values in it that the gradebook gets
autograded     the folder of a marked submission
gradebook      the gradebook, one transaction for each submission; `nbgrader_rows`: its rows
"""
