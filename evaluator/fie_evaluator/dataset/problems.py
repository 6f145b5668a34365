"""What can be wrong with a definition, a workload or a stored tensor, as sentences."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from fie_evaluator.syntax import parsed

DTYPES = {
    "float32": "F32",
    "float16": "F16",
    "bfloat16": "BF16",
    "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2",
    "float4_e2m1": "F4",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "bool": "BOOL",
}
"The trace format's names and safetensors'."


def definition_problems(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a definition lacks."""
    missing = [name for name in ("name", "op_type") if not isinstance(told.get(name), str)]
    missing += [name for name in ("axes", "inputs", "outputs") if not _is_mapping(told.get(name))]
    if missing:
        yield f"it has no {', '.join(missing)}."
        return
    for name, axis in told["axes"].items():
        if axis.get("type") not in ("const", "var"):
            yield f"the axis {name} is neither const nor var."
        elif axis["type"] == "const" and not isinstance(axis.get("value"), int):
            yield f"the axis {name} has no size."
    for name, spec in [*told["inputs"].items(), *told["outputs"].items()]:
        if str(spec.get("dtype")) not in DTYPES:
            yield f"{name} has the unknown dtype {spec.get('dtype')!r}."
        unknown = [axis for axis in spec.get("shape") or () if axis not in told["axes"]]
        if unknown:
            yield f"{name} has unknown axes: {', '.join(map(str, unknown))}."
    yield from reference_problems(told.get("reference"))


def reference_problems(source: object) -> Iterator[str]:
    """Yield what is wrong with a reference's source; nothing is run."""
    if not isinstance(source, str) or not source.strip():
        yield "it has no reference."
        return
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError) as error:
        yield f"its reference is not Python: {error}."
        return
    if not any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in tree.body):
        yield "its reference has no function run()."


def workload_problems(told: Mapping[str, Any], workload: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a workload lacks of what its definition asks for."""
    axes = workload.get("axes")
    sizes = axes if isinstance(axes, dict) else {}
    variable = [name for name, axis in told["axes"].items() if axis.get("type") == "var"]
    for name in variable:
        if not isinstance(sizes.get(name), int) or sizes[name] < 1:
            yield f"the axis {name} has no size."
    unknown = [name for name in sizes if name not in variable]
    if unknown:
        yield f"it sizes axes that don't vary: {', '.join(unknown)}."
    given = workload["inputs"]
    lacking = [name for name in told["inputs"] if name not in given]
    if lacking:
        yield f"it gives no {', '.join(lacking)}."
    for name, how in given.items():
        if name not in told["inputs"]:
            yield f"it gives {name}, which the definition doesn't take."
        elif not isinstance(how, dict) or how.get("type") not in (
            "random",
            "scalar",
            "safetensors",
        ):
            yield f"{name} is neither random, scalar nor safetensors."
        elif how["type"] == "scalar" and not isinstance(how.get("value"), int | float):
            yield f"{name} has no value."


def blob_problems(
    told: Mapping[str, Any],
    workload: Mapping[str, Any],
    spec: Mapping[str, Any],
    header: Mapping[str, Any],
    given: Mapping[str, Any],
) -> Iterator[str]:
    """Yield how a stored tensor differs from the definition's."""
    key = given.get("tensor_key")
    stored = header.get(str(key))
    if stored is None:
        yield f"it holds no tensor {key!r}."
        return
    dtype = DTYPES[spec["dtype"]]
    if stored.get("dtype") != dtype:
        yield f"{key} is {stored.get('dtype')}, not {dtype}."
    axes = workload.get("axes") or {}
    sizes = {name: axis.get("value") for name, axis in told["axes"].items()} | axes
    shape = [sizes.get(axis) for axis in spec.get("shape") or ()]
    if stored.get("shape") != shape:
        yield f"{key} has shape {stored.get('shape')}, not {shape}."


def _is_mapping(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, dict) for each in value.values())


def is_usable(told: Mapping[str, Any]) -> bool:
    """Whether workloads can be held against it, for all that is wrong with it."""
    named = isinstance(told.get("name"), str) and isinstance(told.get("op_type"), str)
    parts = all(_is_mapping(told.get(name)) for name in ("axes", "inputs", "outputs"))
    return (
        named
        and parts
        and all(str(spec.get("dtype")) in DTYPES for spec in told["inputs"].values())
    )
