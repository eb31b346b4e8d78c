"""Warm processes, and the boxes that their forks live in.

forkserver      the coordinator's side: start a warm process, fork a child of it for each submission, wait for its end
warm         the warm process itself: what it does before it forks; `forking` is its loop, `child` what a fork does
supervisor       the parent of a warm process, which ends it with the coordinator
box          how the forks are kept apart from everything else: choose one, or none for work that you trust
namespaces   the Linux kernel's own means, nothing to install
bubblewrap   where only that program may make namespaces
"""
