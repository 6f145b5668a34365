"""Takes file, network and signal rights away from this process, by Linux's Landlock."""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_QUERY = 1
PATH_BENEATH = 1
PR_SET_NO_NEW_PRIVS = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
EVERY_FILE_RIGHT = (1 << 13) - 1
REFER, TRUNCATE = 1 << 13, 1 << 14
TCP_BIND_AND_CONNECT = 3
SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 3

READ = EXECUTE | READ_FILE | READ_DIR
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
"The rights that a rule on something that isn't a folder may name."


def supported() -> int:
    """Return the kernel's Landlock version; 0 where it has none."""
    return max(0, int(_libc().syscall(CREATE_RULESET, None, 0, VERSION_QUERY)))


def restrict(readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Leave this process and its children only these folders; OSError where unsupported.

    Signals reach only the process itself and its children, TCP nothing, as far
    as the kernel's version goes.
    """
    version = supported()
    handled = EVERY_FILE_RIGHT | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    attributes = struct.pack("=Q", handled)
    if version >= 4:
        attributes += struct.pack("=Q", TCP_BIND_AND_CONNECT)
    if version >= 6:
        attributes += struct.pack("=Q", SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS)
    ruleset = _checked(_libc().syscall(CREATE_RULESET, attributes, len(attributes), 0))
    for path in readable:
        _allow(ruleset, path, READ & handled)
    for path in writable:
        _allow(ruleset, path, handled)
    _checked(_libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _checked(_libc().syscall(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    if not path.exists():
        return
    beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not path.is_dir():
        rights &= ON_FILES
    rule = struct.pack("=Qi", rights, beneath)
    _checked(_libc().syscall(ADD_RULE, ruleset, PATH_BENEATH, rule, 0))
    os.close(beneath)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
