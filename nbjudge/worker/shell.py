"""An IPython shell as a kernel has it, without sockets: the text and data that cells print and display go into `Outputs`."""

from __future__ import annotations

import builtins
import io
import linecache
import os
import sys
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from nbjudge.text import lines_of, message_of
from nbjudge.worker.outputs import Outputs

UNLIMITED = 1 << 62


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a cell."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, shell: Shell, name: str, descriptor: int) -> None:
        super().__init__()
        self._is_errors = descriptor == 2
        self._shell = shell
        self.name = name
        self._descriptor = descriptor

    def write(self, text: str) -> int:
        """Add text to the outputs of the running cell."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._is_errors and self._shell.suppress_stderr is not None and self._shell.suppress_stderr():
            return len(text)
        if self._shell.suppress_outputs is not None and self._shell.suppress_outputs():
            return len(text)
        self._shell.outputs.stream(self.name, text)
        return len(text)

    def writable(self) -> bool:
        """Yes."""
        return True

    def isatty(self) -> bool:
        """No, as in a notebook."""
        return False

    def fileno(self) -> int:
        """The file descriptor, for code that writes past Python: that is not captured here."""
        return self._descriptor


class _Compiler(CachingCompiler):  # type: ignore[misc]
    def cache(self, transformed_code: str, number: int = 0, raw_code: str | None = None) -> str:
        """Keep a cell's lines under the numbers that tracebacks have; IPython keeps those of `str.splitlines`."""
        name: str = super().cache(transformed_code, number, raw_code)
        lines = [f"{line}\n" for line in lines_of(transformed_code.removesuffix("\n"))]
        linecache.cache[name] = (len(transformed_code), None, lines, name)
        return name


class _Publisher(DisplayPublisher):  # type: ignore[misc]
    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        if self.shell.suppress_outputs is not None and self.shell.suppress_outputs():
            return
        self.shell.outputs.display(data, metadata, transient, update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait)


class _Hook(DisplayHook):  # type: ignore[misc]
    def write_output_prompt(self) -> None:
        """The number goes with the result."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        self.shell.outputs.result(self.prompt_count, format_dict, md_dict)

    def finish_displayhook(self) -> None:
        """There is nothing to flush."""


class Shell(InteractiveShell):  # type: ignore[misc]
    """The shell of one fork server; each fork runs one notebook in it."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)
    compiler_class = Type(_Compiler)
    outputs: Outputs
    format_error: Callable[[BaseException], tuple[str, str, list[str]]] | None = None
    """Gives the name, message and traceback that are shown of a cell's error; None for IPython's own."""
    suppress_stderr: Callable[[], bool] | None = None
    """Tells whether text that is written to sys.stderr now is dropped: a warning quotes the line that caused it."""
    suppress_outputs: Callable[[], bool] | None = None
    """Tells whether what is printed or displayed now is dropped."""

    def __init__(self, **options: Any) -> None:
        self.outputs = Outputs(UNLIMITED)
        self.kernel = SimpleNamespace(shell=self)  # by its presence, code tells a notebook from a terminal
        super().__init__(**options)

    def init_io(self) -> None:
        """sys.stdout and sys.stderr stay until a cell runs."""

    def init_sys_modules(self) -> None:
        """The user's module is __main__, as in a kernel."""
        super().init_sys_modules()
        sys.modules["__main__"] = self.user_module

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no event loop to enter."""

    def warm_up(self, cells: Iterable[str]) -> None:
        """In a fork server: run these cells, and leave the shell as if nothing had been."""
        printed = sys.stdout, sys.stderr
        outputs, self.outputs = self.outputs, Outputs(UNLIMITED)
        try:
            for cell in cells:
                self.run_cell(cell, store_history=False, silent=True)
        finally:
            sys.stdout, sys.stderr = printed
            self.outputs = outputs
        self.reset(new_session=True)

    def ask_exit(self) -> None:
        """`exit` in a notebook that is graded ends nothing."""

    def system(self, cmd: str) -> None:
        """Run a command of the system (`!ls`) and print its output."""
        import subprocess

        done = subprocess.run(
            self.var_expand(cmd, depth=1), shell=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        sys.stdout.write(done.stdout.decode("utf-8", "replace"))
        self.user_ns["_exit_code"] = done.returncode

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        if self.format_error is not None:
            self.outputs.error(*self.format_error(evalue))
        else:
            self.outputs.error(etype.__name__, message_of(evalue), [str(line) for line in stb])


def make_shell() -> Shell:
    """Make the process's shell, ready as a kernel is: inline figures, no history on disk, no files of the user read."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "neutral"
    config.InteractiveShell.ast_node_interactivity = "last_expr"
    shell: Shell = Shell.instance(config=config)
    shell.show_rewritten_input = False
    builtins.input = _no_input
    os.environ["NBGRADER_EXECUTION"] = "autograde"  # as nbgrader's own kernels have it
    return shell


def redirect(shell: Shell, errors: str) -> None:
    """Redirect sys.stdout and sys.stderr into the shell's outputs.

    Args:
        errors: the name of the stream for sys.stderr: nbgrader gives no points to a test cell with a stream "stderr".
    """
    sys.stdout = Stream(shell, "stdout", 1)
    sys.stderr = Stream(shell, errors, 2)


def _no_input(prompt: object = "") -> str:
    raise StdinNotImplementedError("input() was called, but nobody is there to answer while a notebook is graded.")
