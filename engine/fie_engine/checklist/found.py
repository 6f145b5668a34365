"""What a walk through a kernel file comes across."""

from dataclasses import dataclass, field
from typing import Literal

from fie_engine.checklist.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands, and what it is in."""

    function: str
    line: int
    loop: str = ""
    'The Python loop around it, for example "for expert in range(32)"; empty for none.'

    def __str__(self) -> str:
        """Return the place in words."""
        return f"{self.function}, line {self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixProduct:
    """A matrix product: PyTorch's, or a `tl.dot`."""

    place: Place
    operands: tuple[Value, ...]
    how: Literal["dot", "batched", "single", "scaled"]
    '"dot" is Triton\'s; "batched" does all experts at once; "scaled" multiplies fp8 in PyTorch.'


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A Triton kernel's launch."""

    place: Place
    kernel: str
    given: frozenset[str]
    "Roles of the inputs that it is given."


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """An input's numbers turned into a wider type, in memory."""

    place: Place
    role: str
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """A sigmoid, exponential or the like."""

    place: Place
    of: Value
    in_kernel: bool


@dataclass(slots=True, kw_only=True)
class Found:
    """Everything that a walk came across, in the order of the calls."""

    products: list[MatrixProduct] = field(default_factory=list)
    launches: list[Launch] = field(default_factory=list)
    conversions: list[Conversion] = field(default_factory=list)
    activations: list[Activation] = field(default_factory=list)
    choices: list[Place] = field(default_factory=list)
    "Where PyTorch sorts or takes the largest."
    extents: dict[str, frozenset[int]] = field(default_factory=dict)
    "What each tile's extent may be, by its tag."
    foreign: bool = False
    "Whether there is code in another language, which is not read."

    @property
    def dots(self) -> list[MatrixProduct]:
        """The products in Triton kernels."""
        return [product for product in self.products if product.how == "dot"]
