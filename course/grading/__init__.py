"""The instructor's half: from what students hand in to marks. The rooms follow the way of a submission.

    repair   submission -> clean notebook, and the list of what was mended
    run      a student's cells, in a worker: a sandboxed fork of a warm process
    mark     test cells, in a judge: a trusted process that sees the student's names as stand-ins
    record   results -> autograded notebooks and nbgrader's gradebook
    batch    many submissions: workers, progress, resuming, previews

Nothing of the student's half imports this package.
"""
