# venv.sh - sourced by tests that are Python: python_venv FOLDER makes FOLDER/bin/python with the packages
# of PyPI that any of them needs, once for all, or ends with 77 where that cannot be.  What of them is used is compiled
# once, beside it; all of them would take longer than their tests.
packages=("xarray>=2023.1" "h5netcdf>=1.1" "h5py>=3.8" "netCDF4>=1.6" "qutip>=5" pytest hatchling
          nbclient ipykernel matplotlib)

skip() {
    echo "Skipped: $1"
    exit 77
}

python_venv() {
    local folder=$1
    mkdir -p "$(dirname "$folder")"
    exec 8>"$folder.lock"
    flock 8 # of tests that run side by side one makes it
    if [ "$(cat "$folder/ready" 2>/dev/null)" != "${packages[*]}" ]; then
        rm -rf "$folder"
        python3 -m venv "$folder" >"$folder.log" 2>&1 ||
            skip "python3 with its package venv (python3-venv) is needed"
        "$folder/bin/pip" install --quiet --no-compile --retries 1 --timeout 20 "${packages[@]}" \
            >"$folder.log" 2>&1 ||
            skip "PyPI does not give ${packages[*]}: $(grep -m 1 ERROR "$folder.log" || true)"
        echo "${packages[*]}" >"$folder/ready"
    fi
    exec 8>&-
    unset PYTHONDONTWRITEBYTECODE
    export PYTHONPYCACHEPREFIX=$folder.compiled
}
