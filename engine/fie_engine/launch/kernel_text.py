"""Whether a text can be a kernel at all."""

from fie_evaluator.syntax import parsed

LONGEST_KERNEL = 1_000_000
"Characters of a kernel that is taken in from outside."


def kernel_problem(source: str) -> str:
    """Say why a text is no Python of a sane length; empty where it is."""
    if not source.strip():
        return "the file is empty"
    if len(source) > LONGEST_KERNEL:
        return f"{len(source)} characters; a kernel may have {LONGEST_KERNEL}"
    try:
        parsed(source)
    except SyntaxError as error:
        return f"line {error.lineno or 1}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"not Python: {error}"
    return ""
