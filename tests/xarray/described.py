"""described.py [--alone] PAGE FILE.h5...: PAGE names every dataset and attribute of the files, with its units
and axes, and nothing that is in none of them; --alone: but for attributes "of several processes".

In the page a capital J, K or N stands for a number, LABEL and NAME for names; "…" for more axes,
"[…]" for some that may be missing, "or" for another way.
"""

import pathlib
import re
import sys

import h5py

STANDS_FOR = {"J": r"\d+", "K": r"\d+", "N": r"\d+", "LABEL": r"[^/]+", "NAME": r"\w+"}
FIGURES = "(_prep_N)?(_stderr|_step_error|_exact|_degrees|_probability)?"
PLANE = re.compile(r"/husimi/[xp]_\d+_[xp]_\d+")


def pattern_of(text):
    words = re.split(r"(LABEL|NAME|(?<![A-Za-z])[JKN](?![A-Za-z]))", text)
    return "".join(STANDS_FOR.get(word, re.escape(word)) for word in words)


def axes_pattern(text):
    ways = []
    for way in text.split(" or "):
        way = re.sub(r"\[([^]]*)\] *", lambda m: f"({m[1]})?", way.strip())
        way = re.sub(r"(, )?…", "(, [a-z_0-9]+)*", way)
        way = re.sub(r"\b([xp])_[JK]\b", r"\1_\\d+", way)
        # of several modes x, p are x_1, p_1, x_2, ...
        ways.append(re.sub(r"(?<![a-z_])x, p(?=\(, )", r"x(_1)?, p(_1)?", way))
    return "|".join(f"({way})" for way in ways)


class Row:
    def __init__(self, name, axes, units):
        self.name = name
        process = re.match(r"/observables/(mean|var|cov)_x_", name)
        figures = (
            FIGURES
            if process
            else "(_prep_N)?" if re.match(r"/(histogram|density)/x_", name) else ""
        )
        self.pattern = re.compile(pattern_of(name) + figures.replace("N", r"\d+"))
        self.axes = re.compile(axes_pattern(axes))
        self.units = units
        self.found = False

    def generality(self):
        return "NAME" in self.name, len(self.pattern.pattern) * -1


def read_page(path):
    rows, attributes, of_ranks = [], {}, set()
    for line in path.read_text().splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        names = re.findall("`([^`]+)`( t)?", cells[0]) if cells else []
        if len(cells) == 4 and names and names[0][0].startswith("/"):
            rows.append(Row(names[0][0], cells[1], cells[2]))
        elif len(cells) == 3:
            attributes.update({name: bool(of_theory) for name, of_theory in names})
            if cells[2].startswith("of several processes"):
                of_ranks |= {name for name, _ in names}
    return sorted(rows, key=Row.generality), attributes, of_ranks


def check_dataset(where, path, dataset, rows, swept):
    path = re.sub("^/theories/[^/]+", "", path)
    if path.rsplit("/", 1)[-1] in swept:
        path = "/axes/KEY"
    if dataset.attrs.get("NAME", b"").startswith(b"This is a netCDF dimension but not a"):
        return
    labels = [dimension.label for dimension in dataset.dims if dimension.label]
    axes = ", ".join(label for label in labels if label not in swept)
    units = dataset.attrs["units"]
    matching = [
        row
        for row in rows
        if row.pattern.fullmatch(path) or (row.name == "/husimi/x_J_p_K" and PLANE.fullmatch(path))
    ]
    if not matching:
        yield f"{where}: {path} is not described"
    ways = [
        row
        for row in matching
        if row.axes.fullmatch(axes)
        or (PLANE.fullmatch(path) and re.fullmatch(r"time, [xp]_\d+, [xp]_\d+", axes))
    ]
    if matching and not ways:
        yield f"{where}: {path} has the axes '{axes}', which is not what the page says"
    best = [row for row in ways if row.units in (units, "any")]
    if ways and not best:
        yield f"{where}: {path} has the units '{units}' and not '{ways[0].units}'"
    for row in best[:1] and [row for row in best if row.pattern == best[0].pattern]:
        row.found = True


def check_attributes(where, node, described, of_theory, found):
    for name in node.attrs:
        if name.startswith("_"):
            continue
        if not described.get(name, False) if of_theory else name not in described:
            yield f"{where}: the attribute {name} is not described"
        found.add(name)


def check_file(path, rows, attributes, found):
    with h5py.File(path) as file:
        yield from check_attributes(path.name, file, attributes, False, found)
        for label, theory in file.get("theories", {}).items():
            yield from check_attributes(f"{path.name}: {label}", theory, attributes, True, found)
        points = file.get("points/exit_status")
        swept = [dimension.label for dimension in points.dims] if points else []
        names = []
        file.visititems(lambda name, node: names.append("/" + name))
        for name in names:
            if isinstance(file[name], h5py.Dataset):
                yield from check_dataset(path.name, name, file[name], rows, swept)


def main(alone, page, paths):
    rows, attributes, of_ranks = read_page(page)
    found, faults = of_ranks if alone else set(), []
    for path in paths:
        faults += check_file(path, rows, attributes, found)
    faults += [f"{row.name} is in none of the files" for row in rows if not row.found]
    faults += [
        f"the attribute {name} is in none of the files" for name in attributes if name not in found
    ]
    print("\n".join(faults))
    print(f"{len(rows)} datasets and {len(attributes)} attributes described, {len(faults)} faults")
    return 1 if faults or not rows or not attributes else 0


if __name__ == "__main__":
    is_alone = sys.argv[1] == "--alone"
    page_path, *files = map(pathlib.Path, sys.argv[1 + is_alone :])
    sys.exit(main(is_alone, page_path, files))
