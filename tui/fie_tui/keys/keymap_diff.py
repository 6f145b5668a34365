"""The keys of kernels side by side."""

from fie_tui.keys.actions import Action, refuse_steering

GROUP = "Diff"

DIFF_ACTIONS: tuple[Action, ...] = (
    Action(
        id="next_hunk",
        keys=("right_curly_bracket", "J"),
        shown="} J",
        label="next hunk",
        help="go to the next hunk, and say what its step did on each workload",
        group=GROUP,
    ),
    Action(
        id="previous_hunk",
        keys=("left_curly_bracket", "K"),
        shown="{ K",
        label="previous hunk",
        help="go back a hunk",
        group=GROUP,
    ),
    Action(
        id="sides",
        keys=("v",),
        shown="v",
        label="side by side",
        help="put old and new side by side; again for one below the other",
        group=GROUP,
    ),
    Action(
        id="blame",
        keys=("B",),
        shown="B",
        label="blame",
        help="show the whole kernel, and who wrote each line: island, generation, gain, model",
        group=GROUP,
    ),
    Action(
        id="mark",
        keys=("space",),
        shown="Space",
        label="mark",
        help="mark the candidate, to compare it; again to take the mark away",
        group=GROUP,
    ),
    Action(
        id="compare",
        keys=("c",),
        shown="c",
        label="compare",
        help="show the newest two marked, or a marked and the chosen; again for the parent",
        group=GROUP,
    ),
    Action(
        id="seed_diff",
        keys=("b",),
        shown="b",
        label="since the seed",
        help="show all that changed since the run's seed; again for the parent",
        group=GROUP,
    ),
    Action(
        id="watch",
        keys=("l",),
        shown="l",
        label="live reply",
        help="watch a model's reply against its parent as it streams in",
        group=GROUP,
    ),
    Action(
        id="drop_hunk",
        keys=("minus",),
        shown="-",
        label="drop hunk",
        help="have the kernel judged without the hunk in sight; asks first",
        group=GROUP,
        refusal=refuse_steering,
    ),
)
