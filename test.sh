#!/usr/bin/env bash
# Builds and runs the tests twice: strict arithmetic with warnings as errors, then under the address
# and undefined-behaviour sanitizers, where gcc also warns of what cannot be.  ./test.sh PRESET [OPTION…]
# runs one of them, with options for CMake, or  clang , the tests as another compiler sees them,  tsan , threads
# (docs/reliability.md), or  mpi , what several processes do together.
set -euo pipefail
cd "$(dirname "$0")"
source cmake/packages.sh
source cmake/building.sh

need "${build_packages[@]}" libcriterion-dev gnuplot-nox fonts-dejavu-core python3-venv
if command -v ccache >/dev/null; then # what another checkout has compiled
    export CMAKE_{C,CXX}_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
fi
for preset in ${1:-dev asan}; do
    [[ $preset != clang && $preset != tsan ]] || need clang libomp-dev libclang-rt-dev
    [[ "$preset $*" != *mpi* && "$*" != *QFP_MPI=ON* ]] || need libopenmpi-dev openmpi-bin
    options=("${@:2}")
    if [ "$preset" = dev ]; then
        choose_cuda build-dev "what nvcc compiles, and its tests, which need a card or one version of it"
        options+=("-DQFP_CUDA=$cuda")
    fi
    cmake --preset "$preset" "${options[@]}"
    cmake --build --preset "$preset" -j "$(nproc)"
    ctest --preset "$preset" -j "$(nproc)"
done
