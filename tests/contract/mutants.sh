#!/bin/sh
# mutants.sh ROOT - every change listed in tests/mutants still has its old text in its file, once.
# Prints the ones that have not; exit status 1 if any, 77 without python3.
root=$1
command -v python3 >/dev/null || { echo "Skipped: python3 is needed to read the lists"; exit 77; }
exec python3 -B "$root/tests/mutants/mutants.py" --check "$root"
