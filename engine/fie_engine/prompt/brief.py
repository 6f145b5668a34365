"""What a model must know of a track before it may change a kernel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fie_evaluator.dataset.read import find_definition, parse_json
from fie_evaluator.errors import TrackError
from fie_evaluator.seeds import seed_for
from fie_evaluator.track import Track

ENTRY_POINT = "kernel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A track in words; the same for every prompt of a run."""

    title: str
    entry_point: str
    "The function that the judge calls; empty for a project, where only its evaluator knows."
    parameters: tuple[str, ...]
    "The entry point's, in order: inputs, then the outputs that it writes."
    axes: tuple[str, ...]
    'For example "hidden_size = 512" or "seq_len varies".'
    tensors: tuple[str, ...]
    'For example "routing_logits: float32 [seq_len, num_experts]".'
    device: str
    timing: str
    score_name: str
    required_matched_ratio: float
    rtol: float
    atol: float
    constraints: tuple[str, ...]
    reference: str
    "The reference's source; the first thing that a short prompt does without, bar examples."
    definition: str = ""
    "Its name decides which checklist holds; empty for a project."
    on_gpu: bool = True
    "Whether steps that want a GPU make sense."


def brief_of(track: Track, score_name: str) -> Brief:
    """Read a track's definition and constraints; raises TrackError."""
    if track.project is not None:
        return _brief_of_project(track, score_name)
    info = find_definition(track.dataset, track.definition)
    told = parse_json(info.path.read_bytes(), str(info.path))
    seed = seed_for(track.definition, track.device)
    try:
        tensors = _tensors(told["inputs"], "") + _tensors(told["outputs"], " (written by you)")
        reference = str(told.get("reference") or "")
    except (KeyError, TypeError, AttributeError) as error:
        raise TrackError(f"{info.path} is not a definition: {error}. Mend the file.") from error
    return Brief(
        title=seed.title if seed else info.description or info.name,
        entry_point=ENTRY_POINT,
        parameters=info.parameters,
        axes=tuple(
            f"{name} varies" if size is None else f"{name} = {size}" for name, size in info.axes
        ),
        tensors=tensors,
        device=track.device_label,
        timing=track.timing,
        score_name=score_name,
        required_matched_ratio=track.search.required_matched_ratio,
        rtol=track.search.rtol,
        atol=track.search.atol,
        constraints=seed.constraints + seed.specifics if seed else (),
        reference=reference,
        definition=track.definition,
        on_gpu=track.device != "cpu",
    )


def _brief_of_project(track: Track, score_name: str) -> Brief:
    return Brief(
        title=track.device_label,
        entry_point="",
        parameters=(),
        axes=(),
        tensors=(),
        device=track.device_label,
        timing=track.timing,
        score_name=score_name,
        required_matched_ratio=track.search.required_matched_ratio,
        rtol=track.search.rtol,
        atol=track.search.atol,
        constraints=(),
        reference="",
    )


def _tensors(told: Mapping[str, Any], remark: str) -> tuple[str, ...]:
    return tuple(
        f"{name}: {spec['dtype']} {_shape(spec.get('shape'))}{remark}"
        for name, spec in told.items()
    )


def _shape(shape: list[str] | None) -> str:
    return "scalar" if shape is None else f"[{', '.join(map(str, shape))}]"
