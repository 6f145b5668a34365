"""What a kernel may name: modules, and in each what is open to it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a kernel may name in one module; None for every public name but the refused."""

    capitals: frozenset[str] | None = None
    "The names with a capital first: classes, most of which a module has no need to hand out."
    others: frozenset[str] | None = None
    refused: frozenset[str] = frozenset()

    def admits(self, name: str) -> bool:
        """Whether a public name is open to kernels."""
        listed = self.capitals if name[0].isupper() else self.others
        if listed is None:
            return name not in self.refused and name not in MODULE_NAMES
        return name in listed


def names(*words: str) -> frozenset[str]:
    """Return the words of all lines."""
    return frozenset(name for word in words for name in word.split())


def only(*words: str) -> Opening:
    """Open these names and no others."""
    return Opening(capitals=names(*words), others=names(*words))


MODULE_NAMES = names(
    "asyncio atexit bltns builtins code codecs collections concurrent contextlib copyreg",
    "cpp_extension ctypes dataclasses functools gc glob importlib inspect io linecache logging",
    "marshal math mmap multiprocessing np numpy operator os pathlib pickle pkgutil platform posix",
    "re resource runpy shutil socket stdlib_re subprocess sys sysconfig tempfile textwrap",
    "threading tokenize torch traceback types typing warnings weakref",
)
"Modules that other modules import and so expose as attributes."

OPEN = Opening()
FUNCTIONS = Opening(capitals=frozenset())
TENSOR_TYPES = names(
    "Tensor FloatTensor DoubleTensor HalfTensor BFloat16Tensor ByteTensor CharTensor ShortTensor",
    "IntTensor LongTensor BoolTensor",
)
ERRORS = names("AcceleratorError OutOfMemoryError")
COMPILER = names("CompilationError InterpreterError OutOfResources TritonError")

STANDARD_LIBRARY: Mapping[str, Opening] = {
    "__future__": OPEN,
    "abc": only("ABC ABCMeta abstractmethod"),
    "bisect": OPEN,
    "collections": only("ChainMap Counter OrderedDict UserDict abc defaultdict deque namedtuple"),
    "collections.abc": OPEN,
    "contextlib": only(
        "AbstractContextManager ContextDecorator ExitStack closing contextmanager nullcontext",
        "redirect_stderr redirect_stdout suppress",
    ),
    "copy": only("copy deepcopy"),
    "dataclasses": only("KW_ONLY InitVar asdict astuple dataclass field is_dataclass replace"),
    "enum": only("Enum Flag IntEnum IntFlag StrEnum auto member nonmember property unique"),
    "functools": only(
        "cache cached_property cmp_to_key lru_cache partial partialmethod reduce",
        "total_ordering wraps",
    ),
    "heapq": OPEN,
    "itertools": OPEN,
    "math": OPEN,
    "numbers": OPEN,
    "operator": Opening(capitals=frozenset(), refused=names("attrgetter call methodcaller")),
    "random": only(
        "Random choice choices gauss normalvariate randint random randrange sample seed",
        "shuffle uniform",
    ),
    "statistics": only("fmean geometric_mean mean median pstdev quantiles stdev"),
    "struct": only("Struct calcsize error pack unpack"),
    "time": only(
        "monotonic monotonic_ns perf_counter perf_counter_ns process_time process_time_ns",
        "sleep strftime time time_ns",
    ),
    "types": only("MappingProxyType NoneType SimpleNamespace"),
    "warnings": only("catch_warnings filterwarnings simplefilter warn"),
    **dict.fromkeys(
        ("typing", "typing_extensions"),
        Opening(
            others=names(
                "assert_never cast final no_type_check overload override reveal_type",
                "runtime_checkable",
            ),
            refused=names("ForwardRef"),
        ),
    ),
}

TORCH: Mapping[str, Opening] = {
    "torch": Opening(
        capitals=TENSOR_TYPES | ERRORS | names("Event Generator Size Stream"),
        refused=names(
            "accelerator ao classes cpp cpu distributed distributions export fork from_file",
            "functional futures fx hub import_ir_module import_ir_module_from_buffer load masked",
            "merge_type_from_type_comment monitor mps mtia nested onnx optim overrides package",
            "parse_ir parse_schema parse_type_comment profiler quantization quasirandom",
            "return_types save serialization set_default_tensor_type set_num_interop_threads",
            "set_num_threads set_vital signal storage torch_version wait windows xpu",
        ),
    ),
    "torch.amp": only("GradScaler autocast custom_bwd custom_fwd is_autocast_available"),
    "torch.autograd": only(
        "Function Variable enable_grad function grad inference_mode no_grad set_grad_enabled"
    ),
    "torch.autograd.function": only("Function FunctionCtx once_differentiable"),
    **dict.fromkeys(
        (
            "torch.backends",
            *(f"torch.backends.{name}" for name in ("cuda", "cuda.matmul", "cudnn", "mkl")),
            *(f"torch.backends.{name}" for name in ("cuda.cufft_plan_cache", "mkldnn", "openmp")),
            *(f"torch.backends.{name}" for name in ("mkldnn.matmul", "cudnn.conv", "cudnn.rnn")),
            "torch.backends.opt_einsum",
        ),
        Opening(
            capitals=names("SDPAParams SDPBackend"),
            refused=names(
                "cpu cusparselt kleidiai m mha miopen mps nnpack python_native quantized verbose"
            ),
        ),
    ),
    "torch.compiler": only(
        "allow_in_graph assume_constant_result cudagraph_mark_step_begin disable is_compiling",
        "is_dynamo_compiling nested_compile_region reset set_stance",
    ),
    "torch.cuda": only(
        "Stream Event CUDAGraph OutOfMemoryError amp can_device_access_peer current_device",
        "current_stream default_stream device device_count device_of empty_cache get_arch_list",
        "get_device_capability get_device_name get_device_properties graph graph_pool_handle",
        "graphs init is_available is_bf16_supported is_current_stream_capturing is_initialized",
        "is_tf32_supported ipc_collect make_graphed_callables manual_seed manual_seed_all",
        "max_memory_allocated max_memory_reserved mem_get_info memory_allocated",
        "memory_reserved memory_stats memory_summary nvtx reset_peak_memory_stats set_device",
        "stream streams synchronize",
        *TENSOR_TYPES,
    ),
    "torch.cuda.amp": only("GradScaler autocast custom_bwd custom_fwd"),
    "torch.cuda.graphs": only(
        "CUDAGraph graph graph_pool_handle is_current_stream_capturing make_graphed_callables"
    ),
    "torch.cuda.nvtx": only("mark range range_pop range_push"),
    "torch.cuda.streams": only("Event Stream"),
    "torch.fft": FUNCTIONS,
    "torch.func": FUNCTIONS,
    "torch.jit": only(
        "Final annotate export freeze ignore is_scripting is_tracing isinstance",
        "optimize_for_inference script trace unused",
    ),
    "torch.library": only("custom_op register_fake triton_op wrap_triton"),
    "torch.linalg": FUNCTIONS,
    "torch.nn": Opening(
        refused=names(
            "common_types grad intrinsic modules parallel qat quantizable quantized utils"
        )
    ),
    "torch.nn.attention": only("SDPBackend flex_attention sdpa_kernel"),
    "torch.nn.attention.flex_attention": only("BlockMask create_block_mask flex_attention"),
    "torch.nn.functional": Opening(refused=names("grad")),
    "torch.nn.init": FUNCTIONS,
    "torch.nn.parameter": only("Buffer Parameter"),
    "torch.ops": only("aten"),
    "torch.ops.aten": Opening(capitals=frozenset(), refused=names("from_file")),
    "torch.random": only("fork_rng get_rng_state initial_seed manual_seed seed set_rng_state"),
    "torch.sparse": Opening(capitals=frozenset(), refused=names("semi_structured")),
    "torch.special": FUNCTIONS,
    "torch.testing": only("assert_close make_tensor"),
    "torch.types": Opening(others=frozenset()),
    "torch.utils": only(""),
    "torch.version": only("cuda hip"),
}

NUMPY: Mapping[str, Opening] = {
    "numpy": Opening(
        capitals=names("False_ True_"),
        refused=names(
            "char core ctypeslib dtypes emath exceptions f2py fft fromfile fromregex genfromtxt",
            "get_include lib load loadtxt ma matrixlib memmap polynomial rec save savetxt savez",
            "savez_compressed show_config strings test testing version",
        ),
    ),
    "numpy.linalg": FUNCTIONS,
    "numpy.random": only(
        "default_rng normal rand randint randn random seed standard_normal uniform"
    ),
    "numpy.typing": OPEN,
}

LANGUAGE = Opening(
    refused=names(
        "amd cluster core extern_elementwise gluon_ir hip ir knobs module semantic tl ttgl"
    )
)
TRITON: Mapping[str, Opening] = {
    "triton": only(
        "Config JITFunction KernelInterface MockTensor OutOfResources TensorWrapper autotune cdiv",
        "compiler constexpr_function errors experimental heuristics jit language must_use_result",
        "next_power_of_2 reinterpret runtime set_allocator testing tools",
        *COMPILER,
    ),
    "triton.compiler": only("errors", *COMPILER),
    "triton.compiler.errors": only(*COMPILER),
    "triton.errors": only(*COMPILER),
    "triton.experimental": only("gluon"),
    "triton.experimental.gluon": only("constexpr_function jit language must_use_result nvidia"),
    "triton.experimental.gluon.nvidia": only("blackwell hopper"),
    "triton.experimental.gluon.nvidia.blackwell": only("TensorDescriptor"),
    "triton.experimental.gluon.nvidia.hopper": only("TensorDescriptor"),
    **dict.fromkeys(
        (
            *(f"triton.experimental.gluon.language{part}" for part in ("", ".extra", ".nvidia")),
            "triton.experimental.gluon.language.extra.libdevice",
            *(
                f"triton.experimental.gluon.language.nvidia.{generation}{part}"
                for generation in ("ampere", "blackwell", "hopper")
                for part in ("", ".async_copy", ".cluster", ".mbarrier", ".tma")
            ),
            *(f"triton.language{part}" for part in ("", ".core", ".math", ".random", ".standard")),
            *(f"triton.language.extra{part}" for part in ("", ".cuda", ".cuda.libdevice")),
            *("triton.language.extra.libdevice", "triton.language.target_info"),
        ),
        LANGUAGE,
    ),
    "triton.runtime": only(
        "Autotuner Config Heuristics JITFunction OutOfResources autotune autotuner driver",
        "errors heuristics jit reinterpret",
    ),
    "triton.runtime.autotuner": only("Autotuner Config Heuristics autotune heuristics"),
    "triton.runtime.driver": only("active"),
    "triton.runtime.driver.active": only(
        "get_active_torch_device get_current_device get_current_target utils"
    ),
    "triton.runtime.driver.active.utils": only("get_device_properties"),
    "triton.runtime.errors": only(*COMPILER),
    "triton.runtime.jit": only(
        "JITFunction KernelInterface MockTensor TensorWrapper jit reinterpret"
    ),
    "triton.testing": only("Benchmark assert_close do_bench do_bench_cudagraph perf_report"),
    "triton.tools": only("tensor_descriptor"),
    "triton.tools.tensor_descriptor": only("TensorDescriptor"),
}

OPENINGS: Mapping[str, Opening] = {**STANDARD_LIBRARY, **TORCH, **NUMPY, **TRITON}
ROOTS = frozenset(module.partition(".")[0] for module in OPENINGS)
SETTINGS = "torch.backends."
"What a kernel may set: how torch itself computes, in this process."

PRIVATE_FUNCTIONS = names(
    "torch._addmm_activation torch._assert torch._check torch._fused_rms_norm torch._grouped_mm",
    "torch._int_mm torch._safe_softmax torch._scaled_grouped_mm torch._scaled_grouped_mm_v2",
    "torch._scaled_mm torch._scaled_mm_v2 torch._softmax torch._weight_int4pack_mm",
    "torch._weight_int8pack_mm torch.cuda._compile_kernel",
)
"What torch has under no public name yet, and what only computes."
PRIVATE_PREFIXES = ("torch._foreach_",)

LIBRARIES = names(
    "aiter apex bitsandbytes cuda cupy cutlass cutlass_library deep_ep deep_gemm fbgemm_gpu",
    "flash_attn flash_attn_interface flash_mla flashinfer flashinfer_bench helion jax liger_kernel",
    "lmdeploy mamba_ssm numba nvmath pycuda quack sgl_kernel sglang tensorrt tensorrt_llm tilelang",
    "torchao torchvision transformer_engine transformers triton_kernels tvm tvm_ffi vllm xformers",
)
