"""The one way a kernel is compiled.

A kernel is a short function on arrays that Numba turns into machine code. The compiled code
is kept on disk between runs. Numba only notices a change in the file of the kernel itself,
not in a kernel that it calls, so a stale result could survive an update; here the folder of
compiled code carries a fingerprint of every source file that can hold a kernel, so any change
compiles anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])


def _source_fingerprint(root: Path) -> str:
    """Return a short fingerprint of all Python files of ``sim`` and ``models`` under ``root``."""
    digest = hashlib.sha256()
    for room in ("sim", "models"):
        for file in sorted((root / room).rglob("*.py")):
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _cache_folder() -> Path:
    """Return a writable folder for compiled code that belongs to this exact source."""
    root = Path(__file__).resolve().parent.parent
    fingerprint = _source_fingerprint(root)
    base = root / ".numba_cache"
    try:
        folder = base / fingerprint
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    return Path(tempfile.gettempdir()) / f"doorstroom-{os.getuid()}" / fingerprint


if "NUMBA_CACHE_DIR" not in os.environ:
    os.environ["NUMBA_CACHE_DIR"] = str(_cache_folder())

#: Lies in the folder once a whole run has been compiled into it.
_STAMP = Path(os.environ["NUMBA_CACHE_DIR"]) / "compiled"


def compiled_before() -> bool:
    """Tell whether a whole run has been compiled already from this exact source."""
    return _STAMP.exists()


def remember_compiled() -> None:
    """Note that a whole run has been compiled; without a writable folder nothing is noted."""
    with contextlib.suppress(OSError):
        _STAMP.parent.mkdir(parents=True, exist_ok=True)
        _STAMP.touch()


import numba  # noqa: E402  (the cache folder must be known before Numba is loaded)

# Numba's annotations know neither the option that leaves out reference counts nor its own typeof.
_compile: Callable[..., Any] = numba.njit
_type_of: Callable[[Any], Any] = numba.typeof


def kernel(function: Function) -> Function:
    """Compile ``function`` on first use and keep the result on disk.

    Such a kernel works on the arrays it is given and makes none: without memory management
    (reference counts) it compiles and runs several times faster.
    """
    return cast(Function, _compile(function, cache=True, error_model="numpy", _nrt=False))


def typed_kernel(signature: str) -> Callable[[Function], Function]:
    """Compile a kernel for one signature only; arguments of other number types are converted.

    For small functions that are called everywhere: one compilation instead of dozens.
    """

    def compile_it(function: Function) -> Function:
        return cast(Function, _compile(signature, cache=True, error_model="numpy", _nrt=False)(function))

    return compile_it


def making_kernel(function: Function) -> Function:
    """Compile a kernel that makes new arrays; otherwise as ``kernel``."""
    return cast(Function, _compile(function, cache=True, error_model="numpy"))


def entry(function: Function) -> Function:
    """Compile a kernel that Python calls every day of a run, and skip the type check of each call.

    Looking up the types of some twenty arguments costs more than most kernels do in a day. The
    types are settled by the first call and must not change after it; an argument that does not
    fit them raises ``TypeError``. Such a kernel cannot be called by another kernel.
    """
    dispatcher = _compile(function, cache=True, error_model="numpy", _nrt=False)
    settled: list[Callable[..., Any]] = []

    def call(*arguments: Any) -> Any:
        if not settled:
            types = tuple(_type_of(argument) for argument in arguments)
            dispatcher.compile(types)
            settled.append(dispatcher.overloads[types].entry_point)
        return settled[0](*arguments)

    call.__name__, call.__doc__ = function.__name__, function.__doc__
    return cast(Function, call)
