"""`fie-tui dataset`: writes the off-line MoE data set, or says what is wrong with one."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from fie_evaluator.dataset.check import Finding, Inventory, inspect_dataset
from fie_evaluator.errors import TrackError
from fie_tui.speech import note, say
from fie_tui.told.summary import table

OK, FAILED = 0, 1


def dataset(args: Namespace) -> int:
    """Make or check a data set and return the exit code."""
    if args.action == "make":
        return make(args.dir, mini=args.mini)
    return check(args.dir)


def make(root: Path, *, mini: bool) -> int:
    """Write the MoE data set, real or shrunk; TrackError where that would mix with other files."""
    from fie_evaluator.dataset import moe

    dims, workloads = (
        (moe.MINI_DIMS, moe.MINI_WORKLOADS) if mini else (moe.REAL_DIMS, moe.REAL_WORKLOADS)
    )
    refuse_foreign(root)
    refuse_recorded(root, dims.definition)
    try:
        moe.write_dataset(
            root,
            dims,
            workloads,
            lambda done: note(f"{done} of {len(workloads)} workloads are written"),
        )
    except OSError as error:
        raise TrackError(f"{root} can't be written: {error.strerror}.") from error
    say(f"{root.absolute()}: {dims.definition}, {len(workloads)} workloads, synthetic routing")
    say(f"use it with --dataset {root.absolute()} or FIB_DATASET_PATH")
    return OK


def refuse_foreign(root: Path) -> None:
    """Raise TrackError unless the folder is new, empty, or a data set already."""
    if root.exists() and not root.is_dir():
        raise TrackError(f"{root} is a file. Choose a new folder.")
    if root.is_dir() and any(root.iterdir()) and not (root / "definitions").is_dir():
        raise TrackError(
            f"{root} is not empty and holds no data set. Choose a new or an empty folder."
        )


def refuse_recorded(root: Path, definition: str) -> None:
    """Raise TrackError where the definition's workloads are there, and were not drawn by us."""
    held = inspect_dataset(root).definitions if (root / "definitions").is_dir() else ()
    for each in held:
        if each.name == definition and each.workloads and each.routing != "synthetic":
            raise TrackError(
                f"{root} holds {definition} with recorded routing, which this would overwrite. "
                "Choose another folder."
            )


def check(root: Path) -> int:
    """Print what a data set holds and what is wrong with it."""
    inventory = inspect_dataset(root)
    for line in inventory_lines(inventory):
        say(line)
    for finding in inventory.findings:
        say(finding_line(finding))
    if inventory.findings:
        count = len(inventory.findings)
        say(f"{root}: {count} problem{'' if count == 1 else 's'}")
        return FAILED
    say(f"{root}: no problems")
    return OK


def inventory_lines(inventory: Inventory) -> Iterator[str]:
    """Yield a row for each definition."""
    rows = [("definition", "type", "workloads", "blobs", "MB", "routing", "problems")]
    for each in inventory.definitions:
        rows.append(
            (
                each.name,
                each.op_type,
                str(each.workloads),
                str(each.blobs),
                f"{each.blob_bytes / 1e6:.1f}",
                each.routing,
                str(each.problems),
            )
        )
    if inventory.definitions:
        yield from table(rows)


def finding_line(finding: Finding) -> str:
    """Return a problem and its remedy in one line."""
    return f"✗ {finding.place}: {finding.problem} {finding.remedy}".rstrip()
