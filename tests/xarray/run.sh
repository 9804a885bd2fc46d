#!/usr/bin/env bash
# run.sh QFP CONFIGS FOLDER: files of every kind, opened in xarray with h5netcdf and with netCDF4.
# The packages come from PyPI into a virtual environment that FOLDER keeps; 77 where that cannot be.
set -euo pipefail
here=$(dirname "$0")
qfp=$1 configs=$2 folder=$3
packages=("xarray>=2023.1" "h5netcdf>=1.1" "h5py>=3.8" "netCDF4>=1.6")

skip() {
    echo "Skipped: $1"
    exit 77
}

if [ ! -e "$folder/venv/ready" ]; then
    rm -rf "$folder/venv"
    mkdir -p "$folder"
    python3 -m venv "$folder/venv" >"$folder/venv.log" 2>&1 ||
        skip "python3 with its package venv (python3-venv) is needed to open files in xarray"
    "$folder/venv/bin/pip" install --quiet --retries 1 --timeout 20 "${packages[@]}" \
        >"$folder/pip.log" 2>&1 ||
        skip "PyPI does not give ${packages[*]}: $(grep -m 1 ERROR "$folder/pip.log" || true)"
    touch "$folder/venv/ready"
fi
bash "$here/make_files.sh" "$qfp" "$configs" "$folder/files"
"$folder/venv/bin/python" "$here/open_files.py" "$folder"/files/*.h5
