"""Kernels are known by their bare names, and only those that matter are profiled."""

import math
import re

import pytest

from fie_evaluator.child.messages import Operator
from fie_evaluator.profiler.names import Choice, base_name, choose, shown_name, traced_kernels


def operator(name: str, self_ms: float, calls: int = 1) -> Operator:
    return Operator(name=name, self_ms=self_ms, calls=calls)


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("_moe_gemm1", "_moe_gemm1"),
        ("triton_poi_fused_add_0", "triton_poi_fused_add_0"),
        (
            "void at::native::vectorized_elementwise_kernel<4, at::native::FillFunctor<float>, "
            "std::array<char*, 1ul> >(int, at::native::FillFunctor<float>, std::array<char*, 1ul>)",
            "vectorized_elementwise_kernel",
        ),
        (
            "void at::native::(anonymous namespace)::indexing<float, 2>(at::Tensor const&)",
            "indexing",
        ),
        ("void native::<unnamed>::apply<native::<unnamed>::List>(T1)", "apply"),
        (
            "std::enable_if<!(false), void>::type internal::gemvx::kernel<int, int, float>(Params)",
            "kernel",
        ),
        ("sm90_xmma_gemm_bf16bf16_bf16f32_f32_tn_n_tilesize128x64", None),
        ("", "kernel"),
        ("日本(", "kernel"),
    ],
)
def test_the_bare_name_is_what_the_profiler_filters_by(name: str, base: str | None) -> None:
    assert base_name(name) == (name if base is None else base)


def test_a_name_is_shown_without_return_type_and_parameters() -> None:
    name = "void at::native::(anonymous namespace)::fill<4, std::array<char*, 1ul> >(int, float)"
    assert shown_name(name) == "at::native::fill<4, std::array<char*, 1ul> >"


def test_launches_of_one_name_are_one_kernel() -> None:
    kernels = traced_kernels(
        [
            operator("void fill<float>(int)", 1.0, calls=2),
            operator("void fill<long>(int)", 3.0, calls=3),
            operator("gemm", 5.0),
            operator("Memcpy HtoD (Pinned -> Device)", 1.0),
        ]
    )
    assert [(one.base, one.name, one.ms, one.launches, one.share) for one in kernels] == [
        ("gemm", "gemm", 5.0, 1, 0.5),
        ("fill", "fill<long>", 4.0, 5, 0.4),
    ]


def test_impossible_numbers_of_a_candidates_process_are_ignored() -> None:
    rows = [operator("a", math.nan), operator("b", math.inf), operator("c", -1.0)]
    assert traced_kernels([*rows, operator("d", 2.0, calls=0)])[0].share == 1.0
    assert traced_kernels(rows) == ()


def test_few_kernels_that_make_most_of_the_time_are_enough() -> None:
    kernels = traced_kernels([operator("a", 60.0), operator("b", 31.0), operator("c", 9.0)])
    assert choose(kernels) == Choice(bases=("a", "b"), launches=2)


def test_at_most_six_kernels_are_profiled() -> None:
    kernels = traced_kernels([operator(f"k{index}", 1.0) for index in range(20)])
    assert choose(kernels) == Choice(bases=("k0", "k1", "k2", "k3", "k4", "k5"), launches=6)


def test_a_small_kernel_that_is_launched_often_is_left_out() -> None:
    kernels = traced_kernels(
        [operator("a", 80.0), operator("fill", 8.0, calls=12), operator("b", 7.0, calls=2)]
    )
    assert choose(kernels) == Choice(bases=("a", "b"), launches=3)


def test_a_large_kernel_is_profiled_however_often_it_is_launched() -> None:
    kernels = traced_kernels([operator("expert", 80.0, calls=32), operator("b", 20.0)])
    assert choose(kernels) == Choice(bases=("expert", "b"), launches=33)


def test_the_pattern_matches_the_chosen_names_and_no_others() -> None:
    pattern = Choice(bases=("gemm", "a$b"), launches=2).pattern
    assert pattern == r"^(gemm|a\$b)$"
    assert [bool(re.search(pattern, name)) for name in ("gemm", "gemm2", "a$b", "ab")] == [
        True,
        False,
        True,
        False,
    ]
