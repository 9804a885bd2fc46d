#!/usr/bin/env bash
# run.sh QFP CONFIGS FOLDER [MPIRUN]: files of every kind, opened in xarray with h5netcdf and with netCDF4, and
# compared with docs/output.md.
# 77 where PyPI cannot be reached.
set -euo pipefail
here=$(dirname "$0")
qfp=$1 configs=$2 folder=$3 mpirun=${4:-}
. "$here/../support/venv.sh"

alone=()
[ -n "$mpirun" ] || alone=(--alone) # no file of several processes
python_venv "$folder/../venv"
bash "$here/make_files.sh" "$qfp" "$configs" "$folder/files" "$mpirun"
"$folder/../venv/bin/python" "$here/open_files.py" "$folder"/files/*.h5
"$folder/../venv/bin/python" "$here/described.py" "${alone[@]}" "$here/../../docs/output.md" "$folder"/files/*.h5
