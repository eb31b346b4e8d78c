"""From what a student hands in to a clean notebook, with a list of what was fixed.

    template.py      the notebook of an assignment as its source has it, which submissions are rebuilt on
    submission.py    the folder of a submission as plain values: no link is followed, nothing in it stops us
    finding.py       which of its files is the notebook
    document.py      a file's bytes -> cells, whatever the bytes are
    match_cells.py   which submitted cell is which cell of the template
    rebuilding.py    the clean notebook, cell by cell
    pages.py         Markdown and raw cells, so that nbconvert can show them and nothing in them runs
    files.py         what may lie beside the notebook while it runs
    source.py        reads the template: source, settings, gradebook
    fixes.py         the sentences that tell what was fixed
    repair.py        all of it together, and the job for a judge

Only `read_source` and `read_submission` touch files; all else is pure, and raises for nothing that a student hands in.
"""
