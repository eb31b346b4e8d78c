"""Code that takes what the machine has, reads what it may not, or wants to outlive its marking."""

from __future__ import annotations

from tests.attacks.attack import FULL, GONE, MARKED, SLOW, attack

_AFFINE = "\ndef affine(x, a, b):\n    return 0"
ANY = MARKED | SLOW | GONE | FULL
MARKER = "outlives-its-marking"
"""In the command line of every process that these leave behind."""
_DAEMON = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time, os\\nos.setsid()\\ntime.sleep(900)', '{MARKER}'], start_new_session=True)"

ATTACKS = (
    attack("ends its process in a call", root="import os\ndef root(x):\n    os._exit(0)", verdicts=GONE),
    attack("ends its process in a cell", affine="import os\nos.kill(os.getpid(), 9)", verdicts=MARKED | GONE),
    attack("kills everybody", affine="import os\nos.kill(-1, 9)", verdicts=ANY),
    attack("kills its parents", affine="import os\nfor pid in (os.getppid(), 1, 2, 3, 4):\n    try: os.kill(pid, 9)\n    except Exception as error: print(error)" + _AFFINE, verdicts=ANY),
    attack("stops itself", affine="import os\ndef affine(x, a, b):\n    os.kill(os.getpid(), 19)", verdicts=MARKED | SLOW),
    attack("a crash in C", affine="import ctypes\ndef affine(x, a, b):\n    return ctypes.string_at(1)", verdicts=GONE),
    attack("a core file", affine="import resource, os\ntry: resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))\nexcept Exception: pass\nos.abort()", verdicts=GONE),
    attack("a fork bomb", affine="import os\nfor _ in range(200):\n    try: os.fork()\n    except OSError: break" + _AFFINE, verdicts=ANY),
    attack("threads", affine="import threading, time\ndef affine(x, a, b):\n    while True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", verdicts=ANY),
    attack("takes all memory", affine="held = []\ndef affine(x, a, b):\n    while True: held.append(b'x' * 50_000_000)", verdicts=ANY),
    attack("takes all memory in its children", affine="import os\nfor _ in range(4):\n    if os.fork() == 0:\n        held = []\n        while True: held.append(bytearray(20_000_000)); held[-1][::4096] = b'x' * len(held[-1][::4096])\nimport time\ntime.sleep(60)", verdicts=FULL | GONE | SLOW | MARKED),
    attack("fills the disk", affine="import os\nn = 0\ntry:\n    while n < 100000:\n        open(f'file-{n}', 'wb').write(b'x' * 5_000_000); n += 1\nexcept OSError as error: print(error)\nfor place in ('/tmp', '/dev/shm', '/var/tmp', os.path.expanduser('~')):\n    try: open(place + '/outlives-its-marking', 'wb').write(b'x' * 5_000_000)\n    except OSError as error: print(error)" + _AFFINE, verdicts=MARKED | GONE),
    attack("burns time in C", affine="def affine(x, a, b):\n    return x ** 10**9 % 7", verdicts=SLOW | FULL | GONE),
    attack("a pattern that takes for ever", affine="import re\ndef affine(x, a, b):\n    return re.match('(a+)+$', 'a' * 60 + 'b')", verdicts=SLOW),
    attack("an endless cell", affine="while True:\n    try:\n        while True: pass\n    except BaseException: pass", verdicts=SLOW),
    attack("waits for input", affine="input('name? ')" + _AFFINE),
    attack("leaves a process", affine=_DAEMON + _AFFINE, verdicts=MARKED | GONE),
    attack("leaves a process twice forked", affine="import os, time, sys\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(900)', 'outlives-its-marking'])\n    os._exit(0)" + _AFFINE, verdicts=MARKED | GONE),
    attack("listens and calls", affine="import socket\nfor family, address in ((socket.AF_INET, ('0.0.0.0', 45671)), (socket.AF_UNIX, '/tmp/outlives-its-marking.sock'), (socket.AF_UNIX, '\\0outlives-its-marking')):\n    try:\n        s = socket.socket(family); s.bind(address); s.listen()\n    except OSError as error: print(error)\ntry: socket.create_connection(('1.1.1.1', 53), 1)\nexcept OSError as error: print(error)" + _AFFINE),
    attack("mounts", affine="import ctypes, os\nc = ctypes.CDLL(None, use_errno=True)\nprint([c.mount(b'none', p, b'tmpfs', 0, None) for p in (b'/tmp', b'/', b'/proc')], c.umount2(b'/tmp', 2), c.unshare(0x10000000), c.chroot(b'.'), c.setuid(0))" + _AFFINE),
    attack(
        "reads what is not its own",
        affine="""
        import glob, os, re
        said = [dict(os.environ)]
        for pattern in ("/proc/*/environ", "/proc/*/cmdline", "/proc/*/maps", "/proc/*/fd/*", "/root/**", "/home/**", "/tmp/**", "/work/**",
                        "COURSE/**/*.db", "COURSE/**/*.ipynb", "/etc/shadow", "../**", "/dev/shm/**", "/var/**/*.db"):
            for path in list(glob.iglob(pattern, recursive=True))[:2000]:
                try:
                    text = open(path, "rb").read(200_000)
                except OSError:
                    continue
                found = re.search(b"kestrelw[i]ng|canary-of-the-[c]oordinator|a n[e]ighbour wrote this|917[3]3", text)
                if found and "self" not in path:
                    said.append((path, text[max(0, found.start() - 50) :][:200]))
        print(said)
        def affine(x, a, b):
            return 0
        """,
        verdicts=MARKED | SLOW,
    ),
    attack("reads its own memory", affine="""
        import re, os
        words = re.compile(b"kestrelw[i]ng|860281[5]7|canary-of-the-[c]oordinator|the h[i]dden half")
        for line in open("/proc/self/maps"):
            found = re.match("([0-9a-f]+)-([0-9a-f]+) r", line)
            if not found or "[v" in line: continue
            low, high = (int(each, 16) for each in found.groups())
            if high - low > 200_000_000: continue
            try:
                with open("/proc/self/mem", "rb") as memory:
                    memory.seek(low)
                    data = memory.read(high - low)
            except OSError:
                continue
            for each in words.finditer(data):
                print(line, data[max(0, each.start() - 40) : each.end() + 40].replace(b"\\0", b" ").decode("latin-1"))
        def affine(x, a, b):
            return 0
        """, verdicts=MARKED | SLOW | FULL),
    attack("writes to the gradebook", affine="import glob, sqlite3\nfor path in ('COURSE/gradebook.db', '../../../gradebook.db', '/proc/1/root/COURSE/gradebook.db'):\n    try:\n        with sqlite3.connect(path) as db: db.execute('update grade set auto_score = 9'); db.execute('create trigger t after update on grade begin select 1; end')\n    except Exception as error: print(error)" + _AFFINE),
    attack("settings for those who come after", affine="import os\nos.environ.update(LD_PRELOAD='/tmp/x.so', PYTHONSTARTUP='x.py', PYTHONPATH='.')\nos.chmod('.', 0)\nos.nice(19)" + _AFFINE, verdicts=MARKED | GONE),
)  # fmt: skip
