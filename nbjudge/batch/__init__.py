"""Many submissions of one assignment: who handed in, what must be marked, by whom, and what came of it.

course_folder.py  the course's folder with all of nbgrader's settings, and who handed in
key.py            when a result is still that of what was handed in
pool.py           engines and their slots; what dies is started again once
scheduler.py      the same on a Dask cluster
coordinator.py    submissions -> outcomes; it alone writes folders and the gradebook
preview.py        what a regrade would change
options.py        what `course grade` was asked for
start.py          how it starts: the fork servers first
command.py        `course grade`: progress, lines, summary, exit status
"""
