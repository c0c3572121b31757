"""The one way a kernel is compiled.

A kernel is a short function on arrays that Numba turns into machine code; the code is kept on
disk between runs (``kernel_store``). Numba's own way of keeping it is not used: that believes
whatever lies in its files, and fails a run when it cannot read or write them.
"""

import pickle
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.core import compiler, serialize

from sim.kernel_store import ROOMS, keep_kernel, load_kernel

Function = TypeVar("Function", bound=Callable[..., Any])

# Numba's annotations do not know the option that leaves out reference counts, nor the other three.
_compile: Callable[..., Any] = numba.njit
_type_of: Callable[[Any], Any] = numba.typeof
_rebuild: Callable[..., Any] = compiler.CompileResult._rebuild
_as_bytes: Callable[[Any], bytes] = serialize.dumps


class _Kept:
    """The compiled forms of one function, as a dispatcher of Numba asks for them and hands them over."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._name = f"{function.__module__}.{function.__qualname__}"

    def _key(self, types: Any, codegen: Any) -> str:
        return repr((self._name, types, codegen.magic_tuple()))

    def load_overload(self, types: Any, target: Any) -> Any:
        """Return the compiled form for these types, or None. Only what ``kernel_store`` vouches for is unpickled."""
        target.refresh()
        code = load_kernel(self._key(types, target.codegen()))
        return None if code is None else _rebuild(target, *pickle.loads(code))

    def save_overload(self, types: Any, compiled: Any) -> None:
        """Keep the compiled form for these types."""
        if not compiled.library.has_dynamic_globals:
            keep_kernel(self._key(types, compiled.codegen), _as_bytes(compiled._reduce()))


def _dispatcher(function: Callable[..., Any], **options: Any) -> Any:
    """Return ``function`` as Numba compiles it; a kernel of another room is of no known source and is not kept."""
    made = _compile(function, error_model="numpy", **options)
    if function.__module__.split(".")[0] in ROOMS:
        made._cache = _Kept(function)
    return made


def kernel(function: Function) -> Function:
    """Compile ``function`` on first use and keep the result on disk.

    Such a kernel works on the arrays it is given and makes none: without memory management
    (reference counts) it compiles and runs several times faster.
    """
    return cast(Function, _dispatcher(function, _nrt=False))


def inlined(function: Function) -> Function:
    """Compile a kernel as a part of each kernel that calls it.

    For what is called for one household or home after another: a call hands over every array of a register and of
    books one by one, on the stack, and that takes longer than what most of these do.
    """
    return cast(Function, _dispatcher(function, _nrt=False, forceinline=True))


def typed_kernel(signature: str) -> Callable[[Function], Function]:
    """Compile a kernel for one signature only; arguments of other number types are converted.

    For small functions that are called everywhere: one compilation instead of dozens.
    """

    def compile_it(function: Function) -> Function:
        made = _dispatcher(function, _nrt=False)
        made.compile(signature)
        made.disable_compile()
        return cast(Function, made)

    return compile_it


def making_kernel(function: Function) -> Function:
    """Compile a kernel that makes new arrays; otherwise as ``kernel``."""
    return cast(Function, _dispatcher(function))


def entry(function: Function) -> Function:
    """Compile a kernel that Python calls every day of a run, and skip the type check of each call.

    Looking up the types of some twenty arguments costs more than most kernels do in a day. The
    types are settled by the first call and must not change after it; an argument that does not
    fit them raises ``TypeError``. Such a kernel cannot be called by another kernel.
    """
    dispatcher = _dispatcher(function, _nrt=False)
    settled: list[Callable[..., Any]] = []

    def call(*arguments: Any) -> Any:
        if not settled:
            types = tuple(_type_of(argument) for argument in arguments)
            dispatcher.compile(types)
            settled.append(dispatcher.overloads[types].entry_point)
        return settled[0](*arguments)

    call.__name__, call.__doc__ = function.__name__, function.__doc__
    return cast(Function, call)
