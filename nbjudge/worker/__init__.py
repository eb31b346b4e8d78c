"""The worker: runs a student's cells, in a sandbox, in an IPython shell without sockets, and serves a judge.

worker       carries out the judge's requests; `operations`: which there are, and what it tells of objects and errors
shell        the IPython shell; `outputs`: what a cell prints and displays
"""
