"""Makes system calls fail for this process for good, by a seccomp filter."""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Mapping

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2

LOAD_WORD, JUMP_IF_EQUAL, JUMP_IF_BITS, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
CALL_NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
"Offsets in the record that a filter sees; arguments are 64 bits, low half first."

X86_64, AARCH64 = 0xC000003E, 0xC00000B7
X32_CALLS = 0x40000000
AF_UNIX = 1
CLONE_THREAD = 0x10000

Instruction = tuple[int, int, int, int]
"Code, jump if true, jump if false, constant."

CALLS: Mapping[str, Mapping[str, int]] = {
    "x86_64": {
        **{"ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kill": 62},
        **{"pidfd_send_signal": 424, "setsid": 112, "setpgid": 109, "unshare": 272},
        **{"io_uring_setup": 425, "socket": 41, "clone": 56, "clone3": 435, "fork": 57},
        **{"vfork": 58, "execve": 59, "execveat": 322, "pidfd_getfd": 438, "kcmp": 312},
        **{"perf_event_open": 298, "bpf": 321, "process_madvise": 440, "setpriority": 141},
    },
    "aarch64": {
        **{"ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kill": 129},
        **{"pidfd_send_signal": 424, "setsid": 157, "setpgid": 154, "unshare": 97},
        **{"io_uring_setup": 425, "socket": 198, "clone": 220, "clone3": 435},
        **{"execve": 221, "execveat": 281, "pidfd_getfd": 438, "kcmp": 272},
        **{"perf_event_open": 241, "bpf": 280, "process_madvise": 440, "setpriority": 140},
    },
}
NEVER = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_send_signal", "kill"),
    *("setsid", "setpgid", "unshare", "io_uring_setup", "pidfd_getfd", "kcmp"),
    *("perf_event_open", "bpf", "process_madvise", "setpriority"),
)
"Reaching into other processes, and leaving the process group that is killed in the end."
STARTING_PROGRAMS = ("fork", "vfork", "execve", "execveat")


def supported() -> bool:
    """Whether this machine's system calls are known here."""
    return platform.machine() in CALLS and hasattr(ctypes.CDLL(None), "prctl")


def restrict(*, may_start_programs: bool) -> None:
    """Forbid other processes, network sockets and, on demand, new processes; threads stay."""
    program = _program(CALLS[platform.machine()], may_start_programs)
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("@HP", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _program(calls: Mapping[str, int], may_start_programs: bool) -> list[Instruction]:
    refuse = (RETURN, 0, 0, FAIL | errno.EPERM)
    machine = X86_64 if platform.machine() == "x86_64" else AARCH64
    program: list[Instruction] = [
        (LOAD_WORD, 0, 0, ARCHITECTURE),
        (JUMP_IF_EQUAL, 1, 0, machine),
        refuse,
        (LOAD_WORD, 0, 0, CALL_NUMBER),
        (JUMP_IF_AT_LEAST, 0, 1, X32_CALLS),
        refuse,
    ]
    names = NEVER if may_start_programs else (*NEVER, *STARTING_PROGRAMS)
    for name in names:
        if name in calls:
            program += [(JUMP_IF_EQUAL, 0, 1, calls[name]), refuse]
    program += _unless_first_argument(calls["socket"], JUMP_IF_EQUAL, AF_UNIX)
    if not may_start_programs:
        # glibc falls back from clone3, whose flags a filter can't see, to clone.
        program += [(JUMP_IF_EQUAL, 0, 1, calls["clone3"]), (RETURN, 0, 0, FAIL | errno.ENOSYS)]
        program += _unless_first_argument(calls["clone"], JUMP_IF_BITS, CLONE_THREAD)
    return [*program, (RETURN, 0, 0, ALLOW)]


def _unless_first_argument(call: int, test: int, constant: int) -> list[Instruction]:
    return [
        (JUMP_IF_EQUAL, 0, 4, call),
        (LOAD_WORD, 0, 0, FIRST_ARGUMENT),
        (test, 1, 0, constant),
        (RETURN, 0, 0, FAIL | errno.EPERM),
        (LOAD_WORD, 0, 0, CALL_NUMBER),
    ]
