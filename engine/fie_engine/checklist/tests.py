"""The tests of checklist steps: whether a kernel's text shows a step to be done."""

from collections.abc import Callable, Iterable
from enum import StrEnum

from fie_engine.checklist.found import Found, MatrixProduct
from fie_engine.checklist.value import PRODUCT, STORED

WEIGHTS, ACTIVATIONS, ROUTING = "weights", "activations", "routing"
FP8 = frozenset({WEIGHTS, ACTIVATIONS})
"Roles of the inputs that are fp8."
SMALLEST_TILE, LARGEST_TILE = 8, 64


class StepState(StrEnum):
    """How far a step is."""

    DONE = "done"
    OPEN = "open"
    UNKNOWN = "unknown"


Verdict = tuple[StepState, str]
"A state, and a one-line reason."

DONE, OPEN, UNKNOWN = StepState.DONE, StepState.OPEN, StepState.UNKNOWN


def parallel_experts(found: Found) -> Verdict:
    """Say whether the products of all experts are computed at once."""
    looped = [product for product in found.products if product.place.loop]
    if looped:
        place = looped[0].place
        return OPEN, f"`{place.loop}` computes one expert after another ({place})"
    launches = [launch for launch in found.launches if launch.place.loop]
    if launches:
        place = launches[0].place
        return OPEN, f"`{place.loop}` launches {launches[0].kernel} again and again ({place})"
    if found.dots:
        return DONE, f"one launch each: {_named(_in(found.dots))}"
    weighty = _of_weights(found)
    if weighty:
        return DONE, f"all experts in one product ({weighty[0].place})"
    return UNKNOWN, "no matrix product was found"


def fused_dequantisation(found: Found) -> Verdict:
    """Say whether weights become wider numbers only inside the GEMMs."""
    widened = [one for one in found.conversions if one.role == WEIGHTS]
    if widened:
        return OPEN, f"weights become {widened[0].into} in memory ({widened[0].place})"
    dots = {product.place.function for product in found.dots}
    copiers = [
        launch.kernel
        for launch in found.launches
        if WEIGHTS in launch.given and launch.kernel not in dots
    ]
    if copiers:
        return OPEN, f"{copiers[0]} reads the weights without multiplying them"
    if any(product.how in ("dot", "scaled") for product in _of_weights(found)):
        return DONE, "the GEMMs read the weights as fp8"
    return UNKNOWN, "no product of the weights was found"


def fp8_dot(found: Found) -> Verdict:
    """Say whether most products multiply fp8 by fp8."""
    products = _of_weights(found)
    if any(product.how == "scaled" for product in products):
        return DONE, "PyTorch multiplies fp8 by fp8"
    dots = [product for product in products if product.how == "dot"]
    if not dots:
        known = "no tl.dot multiplies the weights" if found.products else "no product was found"
        return OPEN if found.products else UNKNOWN, known
    narrow = [product for product in dots if _is_fp8(product)]
    told = f"{len(narrow)} of {len(dots)} products of weights multiply fp8 by fp8"
    rest = _named(_in(product for product in dots if not _is_fp8(product)))
    told += f", not those in {rest}" if narrow and rest else ""
    return (DONE if len(narrow) * 2 >= len(dots) and narrow else OPEN), told


def fitted_tiles(found: Found) -> Verdict:
    """Say whether the tiles over tokens are powers of two between 8 and 64."""
    dots = [product for product in _of_weights(found) if product.how == "dot"]
    if not dots:
        return (OPEN if found.products else UNKNOWN), "no tl.dot multiplies the weights in tiles"
    tags = frozenset().union(*map(_token_ranges, dots))
    extents = frozenset().union(*(found.extents.get(tag, frozenset()) for tag in tags))
    if not extents:
        return UNKNOWN, "the tiles' extents over tokens don't stand in the text"
    told = f"tiles of {', '.join(map(str, sorted(extents)))} tokens"
    return (DONE if all(map(_fits, extents)) else OPEN), told


def vectorised_routing(found: Found) -> Verdict:
    """Say whether experts are chosen for all tokens at once."""
    looped = [place for place in found.choices if place.loop]
    if looped:
        return OPEN, f"`{looped[0].loop}` chooses for one token after another ({looped[0]})"
    if found.choices:
        return DONE, f"one call for all tokens ({found.choices[0]})"
    kernels = [launch for launch in found.launches if ROUTING in launch.given]
    if any(launch.place.loop for launch in kernels):
        return OPEN, f"{kernels[0].kernel} is launched in `{kernels[0].place.loop}`"
    if kernels:
        return DONE, f"{kernels[0].kernel} chooses for all tokens"
    return UNKNOWN, "where experts are chosen was not found"


def fused_swiglu(found: Found) -> Verdict:
    """Say whether the activation is applied to products before they are stored."""
    fused = [one for one in found.activations if one.in_kernel and one.of.has(PRODUCT)]
    if fused:
        return DONE, f"{fused[0].place.function} applies it before it stores"
    apart = [one for one in found.activations if one.of.tags & {PRODUCT, STORED}]
    if apart:
        return OPEN, f"applied to what went through memory ({apart[0].place})"
    return UNKNOWN, "no activation of a product was found"


TESTS: dict[str, Callable[[Found], Verdict]] = {
    test.__name__: test
    for test in (
        parallel_experts,
        fused_dequantisation,
        fp8_dot,
        fitted_tiles,
        vectorised_routing,
        fused_swiglu,
    )
}


def _of_weights(found: Found) -> list[MatrixProduct]:
    return [
        product
        for product in found.products
        if any(operand.has(WEIGHTS) for operand in product.operands)
    ]


def _is_fp8(product: MatrixProduct) -> bool:
    return all(operand.raw and operand.tags & FP8 for operand in product.operands[:2])


def _token_ranges(product: MatrixProduct) -> frozenset[str]:
    """Return the extents that only the operand beside the weights has: those over tokens."""
    of_weights = [one for one in product.operands[:2] if one.has(WEIGHTS)]
    others = [one for one in product.operands[:2] if not one.has(WEIGHTS)]
    if not of_weights or not others:
        return frozenset()
    return others[0].ranges - of_weights[0].ranges


def _fits(extent: int) -> bool:
    return SMALLEST_TILE <= extent <= LARGEST_TILE and extent & (extent - 1) == 0


def _in(products: Iterable[MatrixProduct]) -> list[str]:
    return list(dict.fromkeys(product.place.function for product in products))


def _named(names: list[str]) -> str:
    return ", ".join(names)
