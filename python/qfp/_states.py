"""States between files of qfp, NumPy and QuTiP."""

import operator
import os
import tempfile

import h5py
import numpy as np

_TOLERANCE = 1e-6  # of norm, trace and hermiticity, as the program asks of a file


def _levels_of(given):
    try:
        levels = [operator.index(n) for n in (given if np.ndim(given) else [given])]
    except (TypeError, ValueError):
        levels = [0]
    if any(n < 1 for n in levels):
        raise ValueError(
            f"expected the number of levels of each mode, for example [10, 12], of a Qobj "
            f"qobj.dims[0], and not {given!r}"
        )
    return levels


def _at(array, time, result):
    if "time" not in array.dims:
        if time is not None and not np.isclose(time, float(result.time[-1]), rtol=1e-9, atol=1e-12):
            raise KeyError(
                f"the file has the state at its last time, {float(result.time[-1]):g}, only; "
                "ask for more with output: {state: {times: all}}"
            )
        return array
    times = array["time"].values
    if time is None:
        return array.isel(time=-1)
    index = int(np.argmin(abs(times - time)))
    if not np.isclose(times[index], time, rtol=1e-9, atol=1e-12):
        raise KeyError(
            f"there is no state at t = {time:g}; the times are "
            + ", ".join(f"{t:g}" for t in times)
        )
    return array.isel(time=index)


def _weight(values, levels):
    """Sum |c|^2, or the trace."""
    size = int(np.prod(levels))
    if values.size == size:
        return float(np.linalg.norm(values) ** 2)
    return float(np.trace(values.reshape(size, size)).real)


def _on_levels(values, found, levels):
    """The array on other levels: zeros where it has none, and a ValueError where more is cut off
    than the norm of a state may be wrong by."""
    if len(levels) != len(found):
        raise ValueError(f"levels {levels}: the state has {len(found)} modes, with levels {found}")
    sides = values.ndim // len(found)
    kept = tuple(slice(min(pair)) for pair in zip(found, levels)) * sides
    out = np.zeros(levels * sides, dtype=complex)
    out[kept] = values[kept]
    lost = _weight(values, found) - _weight(out, levels)
    if lost > _TOLERANCE:
        raise ValueError(
            f"levels {levels} would cut off {lost:.3g} of the state, which is on levels {found}"
        )
    return out


def read_state(result, time, as_, wanted):
    if as_ not in ("numpy", "xarray", "qutip"):
        raise ValueError(f"as_ is 'numpy', 'xarray' or 'qutip', not {as_!r}")
    name = next((name for name in ("ket", "rho") if f"state/{name}" in result), None)
    if name is None:
        raise KeyError(
            f"{result.path} holds no state; ask for it with output: {{state: {{times: last}}}}"
        )
    array = _at(result[f"state/{name}"], time, result)
    if as_ == "xarray":
        if wanted is not None:
            raise ValueError("levels belong to 'numpy' and 'qutip'; what xarray has is .sel, .pad")
        return array
    values, levels = array.values, list(array.shape[: array.ndim // (1 if name == "ket" else 2)])
    if wanted is not None:
        wanted = _levels_of(wanted)
        values, levels = _on_levels(values, levels, wanted), wanted
    size = int(np.prod(levels))
    flat = values.reshape(size if name == "ket" else (size, size))
    if as_ == "numpy":
        return flat, levels
    import qutip

    if name == "ket":
        return qutip.Qobj(flat[:, None], dims=[levels, [1] * len(levels)])
    return qutip.Qobj(flat, dims=[levels, levels])


# ---- writing
# ---------------------------------------------------------------------------------------


def _of_qobj(state, dims):
    """Its array, its levels, and whether it is a matrix."""
    if dims is not None:
        raise ValueError("a Qobj has dims of its own; dims belong to an array")
    if state.type not in ("ket", "oper"):
        raise ValueError(
            f"a state is a ket or a density matrix, and this Qobj is of type {state.type!r}"
        )
    levels = state.dims[0]
    if not all(isinstance(n, int) for n in levels):
        raise ValueError(f"dims {state.dims} are nested; every mode has one number of levels")
    if state.type == "oper" and state.dims[0] != state.dims[1]:
        raise ValueError(f"a density matrix is square, and this one has dims {state.dims}")
    return state.full(), list(levels), state.type == "oper"


def _numbers(state):
    array = np.asarray(state.toarray() if hasattr(state, "toarray") else state)
    if array.dtype.kind not in "biufc":
        raise TypeError(
            f"a state is a Qobj or an array of numbers, not {type(state).__name__}: {state!r:.80}"
        )
    return array


def _shapes(levels):
    """What an array of these levels may look like, and whether it then is a matrix."""
    size = int(np.prod(levels))
    found = {tuple(levels + levels): True, (size, size): True}
    for shape in ((size,), (size, 1), tuple(levels), tuple(levels) + (1,)):
        found.setdefault(shape, False)
    if len(levels) == 1:
        return found
    found[tuple(levels)] = False  # [2, 2] of levels [2, 2]: its matrix has 4 states
    return found


def _with_dims(array, dims):
    levels = _levels_of(dims)
    shapes = _shapes(levels)
    if array.shape not in shapes:
        raise ValueError(
            f"an array {list(array.shape)} is no state of levels {levels}; expected "
            + " or ".join(str(list(shape)) for shape in shapes)
        )
    return levels, shapes[array.shape]


def _without_dims(array):
    """One mode, or a ket whose axes can mean nothing else."""
    shape = array.shape
    if array.ndim == 1 or (array.ndim == 2 and shape[1] == 1):
        return [shape[0]], False
    if array.ndim == 2 and shape[0] == shape[1]:
        if abs(np.trace(array) - 1) > _TOLERANCE and abs(np.linalg.norm(array) - 1) <= _TOLERANCE:
            raise ValueError(
                f"an array {list(shape)} that is no density matrix, its trace is "
                f"{np.trace(array):.6g}, but is normalised as a ket: give dims={list(shape)} if "
                "it is one of two modes"
            )
        return [shape[0]], True
    half = array.ndim // 2
    may_be_matrix = array.ndim % 2 == 0 and shape[:half] == shape[half:]
    if array.ndim == 2 and shape[0] == 1:
        raise ValueError(
            f"an array {list(shape)} is a bra; give the ket, its conjugate transpose, or "
            f"dims={list(shape)} if it is a ket of two modes"
        )
    if array.ndim == 0 or may_be_matrix or shape[-1] == 1:
        raise ValueError(
            f"an array {list(shape)} may be a ket of {array.ndim} modes or something else; give "
            "dims, the levels of each mode, for example dims=[10, 12]"
        )
    return list(shape), False


def _check(array, is_matrix):
    if not np.isfinite(array).all():
        raise ValueError("the state holds a NaN or an infinity")
    if not is_matrix:
        norm = np.linalg.norm(array) ** 2
        if abs(norm - 1) > _TOLERANCE:
            raise ValueError(
                f"the ket is not normalised: sum |c|^2 is {norm:.8g}; divide it by its square "
                "root, a Qobj with .unit()"
            )
        return
    trace, defect = np.trace(array), abs(array - array.conj().T).max()
    if abs(trace - 1) > _TOLERANCE:
        raise ValueError(
            f"this is no density matrix: its trace is {trace:.8g}; divide by it, a Qobj with .unit()"
        )
    if defect > _TOLERANCE:
        raise ValueError(
            "this is no density matrix: it is not Hermitian, entries differ from their conjugates "
            f"by up to {defect:.2g}"
        )


def _may_replace(path):
    """No result, which may have taken hours, and no text."""
    if not os.path.exists(path):
        return
    try:
        with h5py.File(path, "r") as file:
            kind = file.attrs.get("kind")
    except OSError:
        kind = None
    if kind != "state":
        raise FileExistsError(
            f"{path}: exists and is no file of write_state; give another name, or remove it"
        )


def _fill(file, array, levels, is_matrix):
    names = [f"level_{j + 1}" for j in range(len(levels))]
    names += ["bra_" + name for name in names] if is_matrix else []
    path = "/state/rho" if is_matrix else "/state/ket"
    dataset = file.create_dataset(path, data=array)
    dataset.attrs["units"] = "1"
    dataset.attrs["long_name"] = (
        "density matrix on number states, <level_1, ...|rho|bra_level_1, ...>"
        if is_matrix
        else "ket on number states, <level_1, ...|psi>"
    )
    for axis, name in enumerate(names):
        scale = file.create_dataset(f"/state/{name}", data=np.arange(array.shape[axis]))
        scale.attrs["units"] = "1"
        scale.attrs["long_name"] = f"number of quanta, {name}"
        scale.make_scale(name)
        dataset.dims[axis].label = name
        dataset.dims[axis].attach_scale(scale)
    return path


def write_state(path, state, dims=None):
    """Writes a state to an HDF5 file of its own and returns what reads it: a mapping for the key
    `initial`.

    `state` is a Qobj, a ket or a density matrix with its dims, or an array of numbers on number
    states, sparse ones of SciPy included: a ket [D], [D, 1] or with an axis per mode; a density
    matrix [D, D] or with an axis per mode, twice. Without `dims`, the levels of each mode, D belongs
    to one mode. ValueError where an array can mean more than one state, and for what is not
    normalised to 1e-6. Another file of write_state is replaced, anything else a FileExistsError.
    """
    if hasattr(state, "full") and hasattr(state, "dims"):
        array, levels, is_matrix = _of_qobj(state, dims)
    else:
        array = _numbers(state)
        levels, is_matrix = _with_dims(array, dims) if dims is not None else _without_dims(array)
    array = np.asarray(array, dtype=complex)
    size = int(np.prod(levels))
    flat = array.reshape((size, size) if is_matrix else size)
    _check(flat, is_matrix)
    path = os.path.abspath(os.fspath(path))
    _may_replace(path)
    # under its name only when it is whole
    with tempfile.TemporaryDirectory(dir=os.path.dirname(path)) as folder:
        part = os.path.join(folder, "state.h5")
        with h5py.File(part, "w") as file:
            file.attrs["kind"] = "state"
            dataset = _fill(
                file, flat.reshape(levels * 2 if is_matrix else levels), levels, is_matrix
            )
        os.replace(part, path)
    return {"file": {"path": path, "dataset": dataset}}
