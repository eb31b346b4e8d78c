"""Fork servers, and the sandbox that each of their children is in: one child for each submission.

forkserver        the coordinator's side: start a fork server, request children, wait for their ends
forkserver_main   the fork server's process: it preloads; `fork_loop` serves requests and holds children to their limits
supervisor        the parent of a fork server, which ends it with the coordinator
child             a child from its fork to its end, its files, and how it ended
interpreter       the command and the environment of these processes

base              the contract of a sandbox, `Sandbox`; no sandbox at all
namespaces        the sandbox of the Linux kernel's own means; `linux` has the system calls, `seccomp` those that are refused
bubblewrap        the sandbox for machines where only that program may make namespaces
root_filesystem   what a sandbox shows of the disk; `resources`: what a process may use, and does use
choose            which sandbox this machine allows, found by trying
"""
