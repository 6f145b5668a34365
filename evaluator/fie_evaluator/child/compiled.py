"""What Triton compiled: registers, spills and shared memory, noted before each first launch."""

from dataclasses import dataclass, field
from typing import Any

from fie_evaluator.results import BuiltKernel

MOST = 16
"Kernels that are reported; autotuning compiles many."


@dataclass(slots=True, kw_only=True)
class CompileReport:
    """Listens to Triton as it loads what it compiled."""

    _kernels: dict[tuple[str, int, int, int], BuiltKernel] = field(default_factory=dict)

    @classmethod
    def installed(cls) -> "CompileReport":
        """Start listening in this process, for good."""
        from triton.compiler.compiler import CompiledKernel

        report = cls()
        load: Any = CompiledKernel._init_handles

        def load_and_note(kernel: Any) -> None:
            known = kernel.module is not None
            load(kernel)
            if not known:
                report.note(kernel)

        CompiledKernel._init_handles = load_and_note
        return report

    def note(self, kernel: Any) -> None:
        """Add one compiled kernel."""
        built = BuiltKernel(
            name=str(kernel.name),
            registers=int(kernel.n_regs),
            spills=int(kernel.n_spills),
            shared_bytes=int(kernel.metadata.shared),
            warps=int(kernel.metadata.num_warps),
            stages=int(kernel.metadata.num_stages),
        )
        key = (built.name, built.registers, built.shared_bytes, built.warps)
        self._kernels[key] = built

    def kernels(self) -> tuple[BuiltKernel, ...]:
        """Return what was compiled, the latest last."""
        return tuple(self._kernels.values())[-MOST:]
