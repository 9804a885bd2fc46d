"""An output file as xarray objects."""

import contextlib
import errno
import os

import h5py
import numpy as np
import xarray as xr

from ._errors import FileError
from ._states import read_state

_OF_HDF5 = {
    "CLASS",
    "NAME",
    "DIMENSION_LIST",
    "REFERENCE_LIST",
    "DIMENSION_LABELS",
    "_Netcdf4Dimid",
    "_Netcdf4Coordinates",
}


def _plain(value):
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray) and value.shape == (1,):
        value = value[0]
    return value.item() if isinstance(value, np.generic) else value


def _attributes(node):
    return {name: _plain(node.attrs[name]) for name in node.attrs if name not in _OF_HDF5}


def _numbers(dataset):
    return dataset.asstr()[()] if h5py.check_string_dtype(dataset.dtype) else dataset[()]


def _array(dataset, name):
    """With the scales of its axes as coordinates, under the names that the file gives them."""
    dims, coords = [], {}
    for axis, dimension in enumerate(dataset.dims):
        scales = dimension.values()
        own = scales[0].name.rsplit("/", 1)[-1] if scales else f"{name}_{axis}"
        dims.append(dimension.label or own)
        if scales:
            coords[dims[-1]] = (dims[-1], _numbers(scales[0]), _attributes(scales[0]))
    return xr.DataArray(_numbers(dataset), coords, dims, name, _attributes(dataset))


def _dataset(group):
    arrays = {
        name: _array(node, name)
        for name, node in group.items()
        if isinstance(node, h5py.Dataset) and not node.is_scale
    }
    scales = {
        name: (name, _numbers(node), _attributes(node))
        for name, node in group.items()
        if isinstance(node, h5py.Dataset) and node.is_scale and node.ndim == 1
    }
    return xr.Dataset(arrays, scales, _attributes(group))


@contextlib.contextmanager
def _opened(path):
    """For reading; where it is no file of ours a sentence that names it."""
    try:
        file = h5py.File(path, "r")
    except BlockingIOError:
        raise FileError(f"{path}: is being written; wait for the end of the run") from None
    except FileNotFoundError:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path) from None
    except OSError as error:
        raise FileError(f"{path}: cannot be read as HDF5: {error}") from None
    with file:
        yield file


class Result:
    """A file of qfp, or one theory of it.

    Groups are xarray datasets, result["fields"], read when they are asked for; those that most
    files have are attributes too.  Nothing is kept open.
    """

    def __init__(self, path, group="/", report=None, keep=None):
        self.path = os.path.abspath(os.fspath(path))
        self.report = (
            report  # the document that the program printed, of a file that a run here wrote
        )
        self._group = group
        self._keep = keep  # a temporary folder, which goes with the last result that needs it
        with _opened(self.path) as file:
            self.attrs = _attributes(file[group])
            names = []
            file[group].visititems(
                lambda name, node: names.append(name) if isinstance(node, h5py.Group) else None
            )
        self.groups = [name for name in names if name.split("/")[0] != "checkpoint"]

    def __getitem__(self, name):
        """A group as a dataset, or one dataset of a group, "husimi/mode_1", as an array."""
        with _opened(self.path) as file:
            node = file[self._group].get(name)
            if node is None:
                raise KeyError(
                    f"{self.path} has no {name!r} in {self._group}; there are "
                    + ", ".join(self.groups)
                )
            if isinstance(node, h5py.Dataset):
                return _array(node, name.rsplit("/", 1)[-1])
            return _dataset(node)

    def __contains__(self, name):
        with _opened(self.path) as file:
            return name in file[self._group]

    @property
    def time(self):
        with _opened(self.path) as file:
            values = _numbers(file["time"])
            return xr.DataArray(
                values, {"time": values}, ["time"], "time", _attributes(file["time"])
            )

    @property
    def stopped(self):
        """Why it ended before its last time, "" where it did not."""
        return self.attrs.get("stopped", "")

    @property
    def warning(self):
        return self.attrs.get("warning", "")

    observables = property(lambda self: self["observables"])
    errors = property(lambda self: self["errors"])
    series = property(lambda self: self["series"])
    fields = property(lambda self: self["fields"])
    wigner = property(lambda self: self["wigner"])

    def husimi(self, mode=1):
        """Q of a mode per d²alpha; also of a plane, "x_1_p_2", or of all modes, "full"."""
        return self["husimi/" + (mode if isinstance(mode, str) else f"mode_{mode}")]

    def correlation(self, number=1):
        return self[f"correlations/{number}"]

    @property
    def theories(self):
        """By their labels, the first one, whose groups are those of the file, included."""
        labels = [
            name.split("/")[1]
            for name in self.groups
            if name.count("/") == 1 and name.startswith("theories/")
        ]
        others = {
            label: Result(self.path, f"{self._group}theories/{label}", self.report, self._keep)
            for label in labels
        }
        return {self.attrs.get("label", ""): self, **others}

    def state(self, time=None, as_="numpy", levels=None):
        """The state at one of its times, the last where none is given.

        "numpy": (array, levels), a ket [D] or a density matrix [D, D], D the product of the levels
        of the modes, the last mode fastest. "xarray": an axis per mode, named, with the error that
        the run states. "qutip": a Qobj with the levels as its dims. `levels` of each mode, where
        others are wanted than the run chose: padded with zeros; ValueError where more than 1e-6 of
        the state would be cut off.
        """
        return read_state(self, time, as_, levels)

    def __repr__(self):
        a = self.attrs
        times = ""
        if "time" in self:
            t = self.time.values
            times = f"{t.size} times" + (f", {t[0]:g} to {t[-1]:g}" if t.size else "")
        lines = [
            f"qfp {a.get('kind', 'file')} {a.get('title', '')!r}".rstrip(),
            self.path,
            times,
            f"basis {a['basis']}, {a.get('theory', '')}" if "basis" in a else "",
            "groups: " + ", ".join(self.groups),
        ]
        lines += [
            f"{word}: {text}"
            for word, text in (("stopped", self.stopped), ("warning", self.warning))
            if text
        ]
        return "\n".join(line for line in lines if line)


def open(path):
    """The Result of a file that qfp, or qfp.write_state, wrote."""
    return Result(path)
