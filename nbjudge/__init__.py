"""The instructor's half: from what students hand in to marks. The rooms follow the way of a submission.

    repair     submission -> clean notebook, and the list of what was mended
    worker     a student's cells, in a worker: a sandboxed child of a fork server
    judge      test cells, in a judge: a process apart that sees the student's names as proxies
    record     results -> autograded notebooks and nbgrader's gradebook
    batch      many submissions: workers, progress, resuming, previews

    sandbox    fork servers, their children, and the sandbox of each
    wire       how values go from a worker to a judge
    engine     one notebook: a judge and a worker for it, and how they ended
    stock      the same behind `nbgrader autograde` and formgrader's button

Nothing of the student's half imports this package. `docs/grading.md` tells how it works.
"""
