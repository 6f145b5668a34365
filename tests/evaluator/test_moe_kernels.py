"""The MoE kernels that the judge is measured with are what they say, as far as a CPU can tell."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.kernels.moe.subjects import RIGHT, WRONG, Subject

from fie_evaluator.policy.review import violations
from fie_evaluator.results import Status

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LEAST_MATCHED = 0.94
LARGEST_RELATIVE_ERROR = 3e-2
SHARED_BYTES_OF_AN_H100 = 227 * 1024


def told_by(child: str, *arguments: str, interpreted: bool) -> list[dict[str, Any]]:
    """Return a child's lines; Triton reads TRITON_INTERPRET once, when it is imported."""
    mode = {"TRITON_INTERPRET": "1"} if interpreted else {}
    plain = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    paths = os.pathsep.join([str(ROOT), str(ROOT / "evaluator")])
    ran = subprocess.run(
        [sys.executable, "-m", f"tests.evaluator.{child}", *arguments],
        cwd=ROOT,
        env={**plain, **mode, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def written(subject: Subject, folder: Path) -> Path:
    """Write a subject's text to a file of its name."""
    path = folder / f"{subject.name}.py"
    path.write_text(subject.source, encoding="utf-8")
    return path


def is_sound(told: dict[str, Any]) -> bool:
    """Whether an output is as near to the reference as a right kernel's is."""
    return bool(
        told["finite"]
        and told["matched"] >= LEAST_MATCHED
        and told["relative"] <= LARGEST_RELATIVE_ERROR
    )


@pytest.mark.parametrize("subject", (*RIGHT, *WRONG), ids=lambda subject: subject.name)
def test_the_policy_lets_every_subject_through_to_the_later_stages(subject: Subject) -> None:
    if subject.name == "bad_syntax":
        with pytest.raises(SyntaxError):
            violations(subject.source)
    else:
        assert violations(subject.source) == []


@pytest.mark.slow
def test_the_fast_kernel_is_right_with_both_sets_of_tiles(tmp_path: Path) -> None:
    """Interpreted in float32: the interpreter multiplies neither fp8 nor bfloat16 rightly."""
    path = written(RIGHT[0], tmp_path)
    asked = [f"{path}:float32:{few}:{seq_len}" for few, seq_len in ((256, 1), (256, 7), (0, 7))]
    told = told_by("moe_child", *asked, interpreted=True)
    assert [is_sound(each) for each in told] == [True, True, True], told


def test_the_kernels_without_triton_are_what_their_names_say(tmp_path: Path) -> None:
    named = [
        subject
        for subject in (*RIGHT, *WRONG)
        if not subject.needs_gpu and subject.status in (Status.PASSED, Status.INCORRECT_NUMERICAL)
    ]
    asked = [f"{written(subject, tmp_path)}:fp8::16" for subject in named]
    told = told_by("moe_child", *asked, interpreted=True)
    assert {subject.name: is_sound(each) for subject, each in zip(named, told, strict=True)} == {
        "torch_batched": True,
        "ignores_scale_sign": False,
        "swaps_gate_and_up": False,
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "sound"), [("slow_tiles", True), ("skips_experts", False), ("nan_rows", False)]
)
def test_the_fast_kernels_kin_are_what_their_names_say(
    name: str, sound: bool, tmp_path: Path
) -> None:
    [subject] = [each for each in (*RIGHT, *WRONG) if each.name == name]
    path = written(subject, tmp_path)
    [told] = told_by("moe_child", f"{path}:float32::16", interpreted=True)
    assert is_sound(told) is sound, told


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fast", "slow_tiles"])
def test_the_fast_kernels_fit_an_h100_without_spilling(name: str, tmp_path: Path) -> None:
    [subject] = [each for each in RIGHT if each.name == name]
    told = told_by("moe_compile_child", str(written(subject, tmp_path)), interpreted=False)
    assert {each["spilled"] for each in told} == {0}
    assert [(each["kernel"], each["tiles"]) for each in told] == [
        ("route", ""),
        ("combine", ""),
        ("project_up", "FEW"),
        ("project_down", "FEW"),
        ("project_up", "MANY"),
        ("project_down", "MANY"),
    ]
    assert all(each["shared"] <= SHARED_BYTES_OF_AN_H100 for each in told)
