"""Grades notebooks of any nbgrader course: from what students hand in to marks. The rooms follow the way of a submission.

    repair     submission -> clean notebook, and the list of what was fixed
    worker     a student's cells, in a worker: a sandboxed child of a fork server
    judge      test cells, in a judge: a process apart that sees the student's names as proxies
    record     results -> autograded notebooks and nbgrader's gradebook
    batch      many submissions: workers, progress, resuming, previews

    sandbox    fork servers, their children, and the sandbox of each
    codec      how values go from a worker to a judge; shared_state: what both keep the same
    engine     one notebook: a judge and a worker for it, and how they ended
    plugins    what one course adds; warm_up: what fork servers import beforehand
    html       the sanitizer of what students' code and notebooks show
    cli        the command `nbjudge`; nbgrader_preprocessors: the same behind nbgrader's own commands

Nothing of the student's half imports this package, and it imports nothing of a course. `docs/grading.md` tells how it works.
"""
