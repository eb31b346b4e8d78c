"""Many submissions of one assignment: who handed in, what must be marked, by whom, and the results.

course_folder.py  the course's folder with all of nbgrader's settings, and who handed in
key.py            when a result is still that of what was handed in
pool.py           engines and their slots; what dies is started again once
scheduler.py      the same on a Dask cluster
coordinator.py    submissions -> results; it alone writes folders and the gradebook
results.py        where results lie: autograded folders, and previews
submission_result.py   the result of one submission, and what it would change in the gradebook
command.py        `nbjudge grade`: options, progress, lines, summary, exit status
"""
