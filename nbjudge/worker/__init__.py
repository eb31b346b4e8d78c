"""The worker: runs a student's cells, in a sandbox, in an IPython shell without sockets, and serves a judge."""
