"""Names that mean the same wherever they stand in a kernel."""

from fie_evaluator.policy.modules import names

FORBIDDEN_BUILTINS = names(
    "breakpoint compile copyright credits delattr eval exec globals help input license locals",
    "open vars",
)
GUARDED_BUILTINS = names("getattr setattr type")
"Harmless where what they reach is written out, and nowhere else."

FORBIDDEN_ATTRIBUTES = names(
    # Modules that other modules import and so expose.
    "atexit bltns builtins cpp_extension ctypes gc importlib inspect linecache mmap",
    "multiprocessing os pathlib pickle runpy shutil signal socket subprocess sys tempfile",
    "threading traceback weakref",
    # Frames and what lies in them.
    "ag_frame cr_frame f_back f_builtins f_globals f_locals gi_frame tb_frame tb_next",
    # Files and libraries.
    "classes ctypeslib dump from_file fromfile hub load_inline load_library memmap tofile",
    "from_ipc_handle ipc_handle",
    # Names that are computed, text that is evaluated, classes that are found out.
    "ForwardRef as_subclass attrgetter get_type_hints make_dataclass methodcaller mro",
    # More of the machine than the reference had.
    "set_num_interop_threads set_num_threads",
)
FORBIDDEN_PRIVATE = names(
    "_C _backward_hooks _base _cdata _make_subclass _make_wrapper_subclass _module _ops",
    "_typed_storage _unsafe_update_src _version",
)
JUDGED_METHODS = names("clone contiguous copy_ cpu detach numpy reshape to view view_as")
"What the judge itself may call on a tensor: replacing one would run code after the clock stopped."

MODULE_VARIABLES = names("__all__ __author__ __doc__ __slots__ __version__")
"Python's internal names that a file or class may set."

OPERATORS = names(
    "__abs__ __add__ __and__ __bool__ __call__ __contains__ __enter__ __eq__ __exit__",
    "__float__ __floordiv__ __format__ __ge__ __getitem__ __gt__ __hash__ __iadd__ __index__",
    "__int__ __invert__ __iter__ __le__ __len__ __lshift__ __lt__ __matmul__ __missing__",
    "__mod__ __mul__ __ne__ __neg__ __next__ __or__ __pos__ __pow__ __radd__ __repr__",
    "__reversed__ __rmul__ __round__ __rshift__ __rsub__ __rtruediv__ __setitem__ __str__",
    "__sub__ __truediv__ __xor__",
)
ALLOWED_METHODS = OPERATORS | names("__init__ __new__ __post_init__")
"Special methods that a kernel's own classes may define."
ALLOWED_DUNDERS = ALLOWED_METHODS | names("__doc__ __name__ __qualname__ __version__")
"Special names that may be read, or called, on anything."


def is_internal(name: str) -> bool:
    """Whether Python reserves a name for its own use."""
    return name.startswith("__") and name.endswith("__")
