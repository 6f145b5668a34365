"""What calls of PyTorch's and Triton's make of the values that they are given."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fie_engine.checklist.found import Activation, Conversion, Found, MatrixProduct, Place
from fie_engine.checklist.value import NOTHING, PRODUCT, RANGE, STORED, Value, last_name, mixed

KEEP = frozenset(
    "view reshape permute transpose t contiguous squeeze unsqueeze expand index_select gather "
    "narrow select flatten unflatten detach clone cuda cpu trans advance cat stack chunk split "
    "broadcast_to expand_dims unbind swapaxes movedim repeat take_along_dim empty_like".split()
)
"Calls that leave the numbers as they are."
BATCHED = frozenset("bmm baddbmm einsum grouped_mm _grouped_mm".split())
SCALED = frozenset("_scaled_mm scaled_mm _scaled_grouped_mm scaled_grouped_mm".split())
SINGLE = frozenset("matmul mm addmm linear addmm_ mv addmv tensordot inner".split())
CHOOSING = frozenset("topk sort argsort kthvalue argmax msort".split())
SQUASHING = frozenset("sigmoid silu swiglu exp exp2 tanh gelu sigmoid_ silu_".split())
REDUCING = frozenset("sum max min argmax argmin reduce xor_sum".split())
NUMBERLESS = frozenset(
    "shape dtype device size numel element_size dim ndim stride data_ptr is_cuda nbytes".split()
)
NARROW = re.compile(r"float8|fp8|e4m3|e5m2|int8|device|cuda|cpu", re.IGNORECASE)
WIDENING = {"float": "float32", "bfloat16": "bfloat16", "half": "float16", "double": "float64"}


@dataclass(slots=True, kw_only=True)
class Notes:
    """Where a walk is, and what it came across."""

    numbers: Mapping[str, frozenset[int]]
    "Whole numbers by the names that they are given to, anywhere in the file."
    found: Found = field(default_factory=Found)
    loops: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    "Functions that are being walked, outermost first."
    kernel: str = ""
    "The Triton kernel that is being walked; empty on the host."
    widens: bool = False
    "Whether that kernel has turned numbers into wider ones."

    @property
    def in_kernel(self) -> bool:
        """Whether a Triton kernel is being walked."""
        return bool(self.kernel)

    def place(self, node: ast.expr) -> Place:
        """Return where something stands."""
        loop = self.loops[-1] if self.loops else ""
        function = self.kernel or (self.path[-1] if self.path else "")
        return Place(function=function, line=node.lineno, loop=loop)

    def known(
        self, node: ast.Call, name: str, given: list[Value], keywords: Mapping[str, Value]
    ) -> Value:
        """Return what a call of PyTorch's or Triton's makes, and note what it is."""
        every = [*given, *keywords.values()]
        if name in NUMBERLESS:
            return NOTHING
        if name == "dot" or name == "dot_scaled" or name in BATCHED | SCALED | SINGLE:
            return self.product(node, _how(name, in_kernel=self.in_kernel), tuple(every))
        if name in CHOOSING and not self.in_kernel:
            self.found.choices.append(self.place(node))
        if name in SQUASHING:
            activation = Activation(
                place=self.place(node), of=mixed(every), in_kernel=self.in_kernel
            )
            self.found.activations.append(activation)
        if self.in_kernel:
            return self._in_kernel(node, name, given, every)
        if name in ("to", "type", *WIDENING) and given:
            return self._converted(node, name, given[0])
        return mixed(every, raw=name in KEEP)

    def _in_kernel(
        self, node: ast.Call, name: str, given: list[Value], every: list[Value]
    ) -> Value:
        if name == "arange":
            return self._range(node, given[-1] if given else NOTHING)
        if name in ("make_block_ptr", "make_tensor_descriptor"):
            return self._block_pointer(node, every)
        if name == "load":
            # The mask and what stands in for masked values say nothing of the numbers.
            return replace(given[0], items=(), loaded=True) if given else NOTHING
        if name == "to" and given:
            narrow = bool(NARROW.search(_text(node.args)))
            self.widens = self.widens or not narrow
            return replace(given[0], raw=given[0].raw and narrow)
        if name in REDUCING:
            whole = mixed(every)
            return replace(whole, tags=whole.tags - whole.ranges)
        return mixed(every, raw=name in KEEP)

    def _range(self, node: ast.Call, extent: Value) -> Value:
        text = extent.name or _text(node.args[-1:])
        tag = f"{RANGE}{text}"
        known = self.found.extents.get(tag, frozenset())
        self.found.extents[tag] = known | extent.ints
        return Value(tags=frozenset({tag}))

    def _block_pointer(self, node: ast.Call, every: list[Value]) -> Value:
        shapes = [one.value for one in node.keywords if one.arg == "block_shape"]
        shape = (shapes or node.args[-1:] or [ast.Tuple(elts=[])])[0]
        tags = mixed(every).tags
        for extent in getattr(shape, "elts", ()):
            tag = f"{RANGE}{_text([extent])}"
            known = self.found.extents.get(tag, frozenset())
            self.found.extents[tag] = known | self.numbers.get(last_name(extent), frozenset())
            tags |= {tag}
        return Value(tags=tags)

    def _converted(self, node: ast.Call, name: str, value: Value) -> Value:
        into = WIDENING.get(name) or _text(node.args) or _text([k.value for k in node.keywords])
        if not value.raw or NARROW.search(into):
            return value
        for role in sorted(value.tags - {PRODUCT, STORED}):
            self.found.conversions.append(Conversion(place=self.place(node), role=role, into=into))
        return replace(value, raw=False)

    def product(self, node: ast.expr, how: str, operands: tuple[Value, ...]) -> Value:
        product = MatrixProduct(place=self.place(node), operands=operands, how=how)  # type: ignore[arg-type]
        self.found.products.append(product)
        ranges = frozenset().union(*(operand.ranges for operand in operands))
        return Value(tags=ranges | {PRODUCT}, raw=False)


def _how(name: str, *, in_kernel: bool) -> str:
    if in_kernel:
        return "dot"
    if name in SCALED:
        return "scaled"
    return "batched" if name in BATCHED else "single"


def _text(nodes: list[ast.expr]) -> str:
    return ", ".join(map(ast.unparse, nodes))
