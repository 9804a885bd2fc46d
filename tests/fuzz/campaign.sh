#!/usr/bin/env bash
# Builds the fuzz targets with clang's libFuzzer under the address and undefined-behaviour sanitizers
# and runs them one after the other, faults counted and gone on from.
#
#   tests/fuzz/campaign.sh [SECONDS [TARGET...]]     85 s each by default: ten minutes
#
# What is found lies in build-fuzz/found/TARGET: new inputs in corpus, crash-*, timeout-*, oom-* and
# leak-* beside it, each of them replayed by  build-fuzz/tests/fuzz/fuzz_TARGET FILE . Exit status 1
# when there is one. Limits for each input: 10 s and 2 GB.
set -euo pipefail
cd "$(dirname "$0")/../.."
source cmake/packages.sh
need "${build_packages[@]}" libcriterion-dev clang libomp-dev libclang-rt-dev

seconds=${1:-85}
shift $(($# > 0))
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    targets=(operator yaml set state resume plot compare)
fi
mkdir -p build-fuzz
cmake --preset fuzz >build-fuzz/build.log 2>&1 && cmake --build --preset fuzz -j "$(nproc)" >>build-fuzz/build.log 2>&1 ||
    { tail -n 30 build-fuzz/build.log; exit 2; }

export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
found=$PWD/build-fuzz/found source=$PWD
mkdir -p "$found"
# keys, words and names: what an input is put together from
{ grep -ohE '"[A-Za-z_]{2,}"' host/io/config_keys.h host/io/*_methods.h host/expression/*.c host/models/*.c |
    sort -u; printf '"%s"\n' ': ' ', ' '[' ']' '{' '}' 'a[1]' 'ad' '^' '1e-9' '.nan' 'hc(' 'sum(j,'; } >"$found/words"

printf '%-10s %12s %8s %8s %8s %9s %6s\n' target executions edges inputs crashes timeouts memory
worst=0
for target in "${targets[@]}"; do
    mkdir -p "$found/$target/corpus"
    seeds=("$source/tests/fuzz/corpus/$target")
    [ "$target" != yaml ] || seeds+=("$source/configs")
    (cd "$found/$target" &&
        "$source/build-fuzz/tests/fuzz/fuzz_$target" -fork=1 -ignore_crashes=1 -ignore_timeouts=1 \
            -ignore_ooms=1 -timeout=10 -rss_limit_mb=2048 -max_len=4096 -len_control=20 -dict=../words \
            -max_total_time="$seconds" corpus "${seeds[@]}" >log 2>&1) || true
    # "#1234: cov: 1 ft: 2 corp: 3 exec/s 4 oom/timeout/crash: 0/0/0 time: ..."
    awk -v target="$target" '
        /^#[0-9]+: cov:/ {
            runs = substr($1, 2) + 0; edges = $3; inputs = $7
            for (i = 1; i < NF; i++) if ($i == "oom/timeout/crash:") split($(i + 1), faults, "/")
        }
        END {
            printf "%-10s %12d %8d %8d %8d %9d %6d\n", target, runs, edges, inputs, faults[3],
                faults[2], faults[1]
            exit runs == 0 || faults[1] + faults[2] + faults[3] > 0
        }' "$found/$target/log" || worst=1
done
exit $worst
