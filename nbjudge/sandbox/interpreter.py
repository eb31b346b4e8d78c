"""How fresh interpreters are started for fork servers: their command, and their environment."""

from __future__ import annotations

import os
import site
import sys

import nbjudge

_CALL = """
import sys
try:
    import nbjudge
except ImportError:
    sys.path.append(sys.argv.pop())
from nbjudge.sandbox.forkserver_main import {function}
{function}()
"""

_PASSED_ON = ("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LC_NUMERIC", "TZ", "LD_LIBRARY_PATH")


def command(function: str, descriptor: int) -> list[str]:
    """The command that calls a function of `nbjudge.sandbox.forkserver_main` in a fresh interpreter.

    Modules beside the present directory are not imported. The first argument of the program is the file descriptor of its
    channel, which the interpreter must inherit.
    """
    safe = ["-P", *([] if site.ENABLE_USER_SITE else ["-s"])]
    root = os.path.dirname(os.path.dirname(os.path.abspath(nbjudge.__file__)))
    return [sys.executable, *safe, "-c", _CALL.format(function=function), str(descriptor), root]


def environment() -> dict[str, str]:
    """The environment variables of a fork server: its own settings, and the user's language."""
    folders = [os.path.join(sys.prefix, "bin"), "/usr/local/bin", "/usr/bin", "/bin"]
    threads = (
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    )
    own = {
        "PATH": os.pathsep.join(folders),
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "KMP_INIT_AT_FORK": "FALSE",
    } | dict.fromkeys(threads, "1")
    if site.ENABLE_USER_SITE:
        own["PYTHONUSERBASE"] = site.getuserbase()
    return own | {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
