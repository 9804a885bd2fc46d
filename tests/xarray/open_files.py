"""open_files.py FILE.h5...: every group of every file as xarray shows it, with both engines.

A group must open without an error or a warning, its variables hold the numbers of the file, and
every dataset says in which units it is, what it means and what its axes are called.
"""

import pathlib
import re
import sys
import warnings

import h5netcdf.dimensions
import h5py
import numpy as np
import xarray as xr

ENGINES = ["h5netcdf", "netcdf4"]
EVERY_FILE = """format_version program_version git_commit libraries date kind title config kappa units
axis_order backend device basis ordering theory"""
OF_MODES = "operator lengths quadratures alpha measure normalisation qutip"
OF_ENSEMBLES = "method ensemble seed paths"
NUMBERS = "kappa lengths tolerance steps applications seed paths grid_points grid_extent grid_centre levels"


def keep_lengths():
    """h5netcdf looks through all variables whenever it is asked how long an axis is; these files do not grow."""
    length_of = h5netcdf.dimensions.Dimension.size.fget

    def size(axis):
        if "kept_length" not in vars(axis):
            vars(axis)["kept_length"] = length_of(axis)
        return vars(axis)["kept_length"]

    h5netcdf.dimensions.Dimension.size = property(size)


class Faults(list):
    def expect(self, good, *what):
        if not good:
            self.append(" ".join(map(str, what)))


def groups(file):
    """Paths of all groups; a link to one is no further group."""
    found = ["/"]
    for path in found:
        for name in file[path]:
            child = path.rstrip("/") + "/" + name
            is_hard = isinstance(file.get(child, getlink=True), h5py.HardLink)
            if is_hard and isinstance(file[child], h5py.Group):
                found.append(child)
    return found


def is_bare_dimension(dataset):
    return dataset.attrs.get("NAME", b"").startswith(b"This is a netCDF dimension but not a")


def check_group(path, file, group, engine, faults):
    where = f"{path.name} {group} ({engine}):"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with xr.open_dataset(path, group=group, engine=engine) as opened:
                shown = opened.load()
    except Exception as error:
        faults.append(f"{where} {type(error).__name__}: {error}")
        return
    for name, dataset in file[group].items():
        if isinstance(dataset, h5py.Group) or is_bare_dimension(dataset):
            continue
        faults.expect(name in shown.variables, where, name, "is not shown")
        if name not in shown.variables:
            continue
        variable = shown[name]
        if dataset.dtype.kind == "O":
            same = (variable.values.astype(str) == dataset.asstr()[()]).all()
        elif dataset.dtype.kind == "c":  # netCDF4 shows the two parts under their names
            values = variable.values
            pairs = values["r"] + 1j * values["i"] if values.dtype.names else values
            same = np.array_equal(pairs, dataset[()], equal_nan=True)
        else:
            same = np.array_equal(variable.values, dataset[()], equal_nan=True)
        faults.expect(same, where, name, "has other numbers than the file")
        if not dataset.is_scale:  # where an axis has none, readers guess one by its length
            for axis in dataset.dims:
                faults.expect(len(axis) == 1, where, name, "has an axis without a scale")
        for attribute in ("units", "long_name"):
            faults.expect(variable.attrs.get(attribute), where, name, "has no", attribute)
        faults.expect(len(set(variable.dims)) == len(variable.dims), where, name, variable.dims)
        for dimension in variable.dims:
            faults.expect("phony" not in dimension, where, name, "has an axis without a name")
            bare = group.startswith("/checkpoint") and dimension == "element"
            faults.expect(bare or dimension in shown.coords, where, name, "has no coordinate",
                          dimension)


def check_attributes(path, file, faults):
    attributes = dict(file.attrs)
    kind = attributes.get("kind")
    wanted = EVERY_FILE
    wanted += " " + OF_MODES if kind != "process" else ""
    wanted += " label" if kind in ("run", "sweep") else " " + OF_ENSEMBLES
    for name in wanted.split():
        faults.expect(name in attributes, f"{path.name}: has no attribute", name)
    for name in set(NUMBERS.split()) & set(attributes):
        faults.expect(np.asarray(attributes[name]).dtype.kind in "if", f"{path.name}:", name,
                      "is no number")
    date = str(attributes.get("date"))
    faults.expect(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", date), f"{path.name}:", date)
    for label, theory in file.get("theories", {}).items():
        for name in "theory label basis ordering backend device".split():
            faults.expect(name in theory.attrs, f"{path.name}: {label} has no attribute", name)


def main(paths):
    faults = Faults()
    count = 0
    keep_lengths()
    for path in paths:
        with h5py.File(path) as file:
            check_attributes(path, file, faults)
            for group in groups(file):
                for engine in ENGINES:
                    check_group(path, file, group, engine, faults)
                    count += 1
    print("\n".join(faults))
    print(f"{len(paths)} files, {count} groups opened, {len(faults)} faults")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main([pathlib.Path(name) for name in sys.argv[1:]]))
