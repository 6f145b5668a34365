"""An exclusive lease of one GPU, across every process and user of this machine."""

import contextlib
import errno
import fcntl
import os
import pwd
import stat
import time
from collections.abc import Callable
from pathlib import Path

from fie_evaluator.errors import EvaluatorError

SHARED_FOLDER = Path("/tmp/fie-tui-locks")
"Not the user's own temporary folder: two users of one GPU must meet here."
POLL_S = 0.02
"How often a waiting lease looks again; a GPU stands idle for that long between two holders."
LONGEST_NOTE = 120
"Characters of a holder's words that are shown; another user wrote them."


class GpuLease:
    """One GPU's lock; at most one thread may use an instance.

    Whoever waits holds the door meanwhile, and whoever wants the GPU again must
    pass the door first, so that two busy judges take turns.
    """

    def __init__(self, uuid: str, holder: str, folder: Path = SHARED_FOLDER) -> None:
        self._gpu = folder / f"{uuid}.lock"
        self._door = folder / f"{uuid}.door"
        self._holder = holder
        self._held: int | None = None

    def take(self, wanted: Callable[[], bool], on_waiting: Callable[[str], None]) -> bool:
        """Wait until the GPU is ours; False once it isn't `wanted` any more.

        Tries at least once. `on_waiting` is told who holds it, each time that changes.
        Raises EvaluatorError where the lock files can't be used.
        """
        told = ""
        door: int | None = None
        try:
            while True:
                door = locked(self._door) if door is None else door
                self._held = None if door is None else locked(self._gpu)
                if self._held is not None:
                    sign(self._held, self._holder)
                    return True
                if not wanted():
                    return False
                if (waiting := f"waiting for the GPU, {self._who()}") != told:
                    told = waiting
                    on_waiting(told)
                time.sleep(POLL_S)
        finally:
            if door is not None:
                os.close(door)

    def give_back(self) -> None:
        """Let the next one have the GPU; without a lease this does nothing."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _who(self) -> str:
        with contextlib.suppress(OSError):
            text = self._gpu.read_bytes()[: 4 * LONGEST_NOTE].decode("utf-8", "replace")
            shown = "".join(letter for letter in text if letter.isprintable())[:LONGEST_NOTE]
            if shown:
                return f"held by {shown}"
        return "held by another process"


def locked(path: Path) -> int | None:
    """Return an open descriptor with the file's lock, or None while another has it.

    The kernel gives the lock back when its holder dies, so a file left behind is free.
    """
    descriptor = opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if is_still_there(path, descriptor):
            return descriptor
    except BlockingIOError:
        pass
    except OSError as error:
        os.close(descriptor)
        raise unusable(path, error) from error
    os.close(descriptor)
    return None


def opened(path: Path) -> int:
    """Open a lock file for everybody, creating it and its folder where they are missing."""
    try:
        make_folder(path.parent)
        descriptor = open_or_create(path)
    except OSError as error:
        raise unusable(path, error) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise unusable(path, OSError(errno.EINVAL, "it is no regular file"))
    return descriptor


def open_or_create(path: Path) -> int:
    """Open a lock file; a sticky folder lets nobody open another's file with O_CREAT."""
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    for _ in range(3):
        with contextlib.suppress(FileNotFoundError):
            return os.open(path, flags)
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o666)
            # Whatever the umask is, the next user must be able to lock it too.
            os.fchmod(descriptor, 0o666)
            return descriptor
    raise FileNotFoundError(errno.ENOENT, "it comes and goes", str(path))


def make_folder(folder: Path) -> None:
    """Make the shared folder, sticky and open to every user, if it is missing."""
    if not folder.is_dir():
        with contextlib.suppress(FileExistsError):
            folder.mkdir(parents=True)
            folder.chmod(0o1777)


def is_still_there(path: Path, descriptor: int) -> bool:
    """Whether the path still leads to the locked file: a cleaner of old files may have been."""
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    return False


def sign(descriptor: int, holder: str) -> None:
    """Write who holds the lease, for those who wait; a full disk is no reason not to have it."""
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, holder.encode("utf-8", "replace"), 0)


def holder_name(run: str) -> str:
    """Return how this process signs its leases."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = str(os.getuid())
    return f"pid {os.getpid()} of {run or 'fie-tui'} ({user})"


def unusable(path: Path, error: OSError) -> EvaluatorError:
    """Return the error that says which file stands in the way, and what to do."""
    return EvaluatorError(
        f"the GPU's lock file {path} can't be used: {error.strerror or error}. "
        "Remove it, or have its owner make it writable for all."
    )
