"""Reads a solution's JSON from stdin and prints it as flashinfer-bench validated it."""

import sys


def main() -> int:
    """Return 0 when the library accepts the solution, 1 with its reasons on stderr."""
    from flashinfer_bench.data import Solution
    from pydantic import ValidationError

    try:
        solution = Solution.model_validate_json(sys.stdin.buffer.read())
    except ValidationError as error:
        reasons = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        print("; ".join(reasons), file=sys.stderr)
        return 1
    # As bytes: the locale may know no UTF-8.
    sys.stdout.buffer.write(solution.model_dump_json(indent=2, exclude_unset=True).encode() + b"\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
