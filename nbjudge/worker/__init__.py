"""The side of the student's code: an IPython shell without sockets, and the worker that serves a judge."""
