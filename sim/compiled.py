"""The one way a kernel is compiled.

A kernel is a short function on arrays that Numba turns into machine code; the code is kept on
disk between runs (``kernel_store``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

from sim.kernel_store import FOLDER

# Numba reads where to keep code when it is loaded, which may be before this module is.
setattr(numba.config, "CACHE_DIR", str(FOLDER or ""))  # noqa: B010  (its annotations do not know the name)
#: Whether compiled code is kept on disk; Numba itself would fail, or write beside the sources.
_KEPT = FOLDER is not None

Function = TypeVar("Function", bound=Callable[..., Any])

# Numba's annotations know neither the option that leaves out reference counts nor its own typeof.
_compile: Callable[..., Any] = numba.njit
_type_of: Callable[[Any], Any] = numba.typeof


def kernel(function: Function) -> Function:
    """Compile ``function`` on first use and keep the result on disk.

    Such a kernel works on the arrays it is given and makes none: without memory management
    (reference counts) it compiles and runs several times faster.
    """
    return cast(Function, _compile(function, cache=_KEPT, error_model="numpy", _nrt=False))


def typed_kernel(signature: str) -> Callable[[Function], Function]:
    """Compile a kernel for one signature only; arguments of other number types are converted.

    For small functions that are called everywhere: one compilation instead of dozens.
    """
    compile_it: Callable[[Function], Function] = _compile(signature, cache=_KEPT, error_model="numpy", _nrt=False)
    return compile_it


def making_kernel(function: Function) -> Function:
    """Compile a kernel that makes new arrays; otherwise as ``kernel``."""
    return cast(Function, _compile(function, cache=_KEPT, error_model="numpy"))


def entry(function: Function) -> Function:
    """Compile a kernel that Python calls every day of a run, and skip the type check of each call.

    Looking up the types of some twenty arguments costs more than most kernels do in a day. The
    types are settled by the first call and must not change after it; an argument that does not
    fit them raises ``TypeError``. Such a kernel cannot be called by another kernel.
    """
    dispatcher = _compile(function, cache=_KEPT, error_model="numpy", _nrt=False)
    settled: list[Callable[..., Any]] = []

    def call(*arguments: Any) -> Any:
        if not settled:
            types = tuple(_type_of(argument) for argument in arguments)
            dispatcher.compile(types)
            settled.append(dispatcher.overloads[types].entry_point)
        return settled[0](*arguments)

    call.__name__, call.__doc__ = function.__name__, function.__doc__
    return cast(Function, call)
