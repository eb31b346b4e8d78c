# How nbgrader runs this course: `course release`, every `nbgrader …` command and formgrader read this file.
# Preprocessors are named by import strings, so reading it imports nothing.

c = get_config()  # noqa: F821 (traitlets hands it in)

# Where this course is published: the one place that says so. Colab and the student's set-up cell fetch it from here.
c.Published.repository = "https://github.com/conv-course/conv-course"
c.Published.branch = "main"

c.CourseDirectory.course_id = "conv"
# One folder for each language. Hand-in and grading are the same for all of them: their code and metadata are identical.
c.CourseDirectory.release_directory = "release/en"

# -- source -> release

c.GenerateAssignment.preprocessors = [
    # Ours come first: what they add is then locked, summed and kept in the gradebook like the rest of the source.
    "course.authoring.student_notebook.ModelAnswers",
    "course.authoring.student_notebook.OpenInColab",
    "course.authoring.student_notebook.FillInRepository",
    "course.authoring.student_notebook.GoOnAfterChecks",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.CheckCellMetadata",
    # The gradebook keeps the test cells with their hidden tests, so they leave only after it has been written; the
    # checksums in the student's notebook are then those of the cells without them.
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# An untouched stub must fail by itself, and say nothing more than the docstring above it.
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
c.ClearSolutions.text_stub = "Double-click here and write your answer."

# Below each question in words students find a model answer, folded away. With False they find it on the feedback page only.
c.ModelAnswers.enabled = True

# The metadata that a notebook keeps when it is released, and when it is graded. Everything else goes: the state of
# widgets, which nbconvert cannot read as Colab saves it, and the name of the person who ran a cell, which Colab adds.
c.ClearMetadataPreprocessor.enabled = True
c.ClearMetadataPreprocessor.preserve_nb_metadata_mask = ["kernelspec", "language_info", "course"]
c.ClearMetadataPreprocessor.preserve_cell_metadata_mask = ["nbgrader", "deletable", "editable", "tags"]

# -- submitted -> autograded

# What this course adds to nbjudge: what its processes import once, and how its checks meet an answer that runs apart.
c.NbJudge.plugins = ["course.judge_plugin"]

# `nbgrader autograde` and formgrader's button mark as `course grade` does: what was handed in is rebuilt on the source, its
# code runs in a sandbox, and test cells run apart from it.
c.Autograde.sanitize_preprocessors = ["nbjudge.nbgrader_preprocessors.Repair"]
c.Autograde.autograde_preprocessors = [
    "nbjudge.nbgrader_preprocessors.Mark",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Seconds for one cell. Checks limit the time of an answer themselves; the longest cell trains the capstone's model.
c.Execute.timeout = 180

# -- autograded -> feedback

c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    # nbgrader shows students the hidden tests here; they are to be found out, not read.
    "nbjudge.nbgrader_preprocessors.HideTests",
    "course.authoring.student_notebook.ModelAnswersInFeedback",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
