#!/usr/bin/env bash
# Installs what is missing, builds into build/, showing where it is, and runs the two example systems, each against the
# exact reference, with a picture.  With arguments: ./run.sh run CONFIG.yaml  is
# build/qfp run CONFIG.yaml.
set -euo pipefail
cd "$(dirname "$0")"
source cmake/packages.sh
source cmake/building.sh

need "${build_packages[@]}" gnuplot-nox fonts-dejavu-core
choose_cuda build "the CUDA backend"
cmake --preset release -DQFP_TESTS=OFF "-DQFP_CUDA=$cuda" >build.log 2>&1 &&
    { grep 'CUDA backend: left out' build.log >&2 || true; } &&
    build build.log build ||
    { tail -n 30 build.log >&2; echo "The build failed; the whole log is build.log" >&2; exit 1; }
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}" # waiting threads leave the core to others

if [ $# -gt 0 ]; then
    exec build/qfp "$@"
fi

mkdir -p results
for name in kerr dimer; do
    echo
    echo "== configs/$name.yaml"
    build/qfp run "configs/$name.yaml" -o "results/$name.h5"
    build/qfp run "configs/$name.yaml" --basis reference -o "results/${name}_exact.h5" >/dev/null
    echo
    echo "-- error against the exact reference (Schrödinger's equation in Fock space)"
    build/qfp compare "results/$name.h5" "results/${name}_exact.h5"
    build/qfp plot "results/$name.h5" -o "results/$name.png"
done
echo
build/qfp devices
