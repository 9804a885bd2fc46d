#!/usr/bin/env bash
# Every fault of tests/faults, not only those that ctest takes: each allocation of the program while it
# audits, plans, runs, samples, compares and draws, each allocation of every library while a run goes on,
# each write of a run on a full disk, a kill before each write, rename and flush, kills at 200 moments,
# 50 pairs of runs on one name.  Half an hour on one core.
#
#   tests/faults/campaign.sh     prints the table; exit status 1 when a fault was not taken as it must be
set -euo pipefail
cd "$(dirname "$0")/../.."
source cmake/packages.sh
need "${build_packages[@]}" libcriterion-dev gnuplot-nox
mkdir -p build-dev
{ cmake --preset dev && cmake --build --preset dev -j "$(nproc)" --target test_memory test_disk test_samples; } \
    >build-dev/faults.log 2>&1 || { tail -n 30 build-dev/faults.log; exit 2; }
export QFP_FAULTS_ALL=1 QFP_FAULTS_TABLE=$PWD/build-dev/faults.txt OMP_NUM_THREADS=1
rm -f "$QFP_FAULTS_TABLE"
result=0
for program in test_memory test_disk test_samples; do
    build-dev/tests/$program -j1 >>build-dev/faults.log 2>&1 || result=1
done
cat "$QFP_FAULTS_TABLE"
grep -A8 '^\[FAIL\]\|Assertion Failed' build-dev/faults.log || true
exit $result
