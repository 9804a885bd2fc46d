#!/usr/bin/env bash
# run.sh QFP ROOT FOLDER: installs the package of ROOT/python as pip does and runs its tests; 77 where PyPI
# cannot be reached.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
qfp=$1 root=$2 folder=$3
. "$here/../support/venv.sh"

python_venv "$folder/../venv"
python=$folder/../venv/bin/python
"$python" -m pip install --quiet --no-deps --no-build-isolation --force-reinstall "$root/python"
rm -rf "$folder/scratch"
mkdir -p "$folder/scratch"
cd "$folder/scratch"
QFP_PROGRAM=$qfp QFP_ROOT=$root \
    "$python" -m pytest -q -p no:cacheprovider "$here"
