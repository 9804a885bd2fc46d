#!/usr/bin/env bash
# ranks.sh QFP - tables of docs/ranks.md: grids and the fewest cards that hold them, and one application on more and more
# cards, by the arithmetic of `qfp plan`.  A card has 80 GB and moves 3 TB/s; a network sends 25 GB/s
# or, between cards of one machine, 400 GB/s, and a message takes 2 us.
set -euo pipefail
qfp=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
rates=(--device-rate 3TB/s --network "25GB/s,2us")

# chain MODES: bosons that hop along a chain, with an interaction in the first mode and one of the first with the second
chain() {
    local modes=$1 kerr='0.1*ad[1]^2*a[1]^2 + 0.1*n[1]*n[2]' hop='' state='0.5' j
    for ((j = 1; j < modes; ++j)); do
        hop+="hc(ad[$j]*a[$((j + 1))]) + "
        state+=', 0.5'
    done
    printf 'hamiltonian:\n  modes: %d\n  operator: "%s%s"\ninitial: {coherent: [%s]}\noutput: {times: [0.0, 1.0]}\nsolver: {basis: fourier}\n' \
        "$modes" "$hop" "$kerr" "$state"
}
chain 2 >"$scratch/2.yaml"
chain 3 >"$scratch/3.yaml"

# points MODES N: the key of a grid of N points per axis
points() { printf 'solver.grid.points=[%s]' "$(printf "$2,%.0s" $(seq "$1") | sed 's/,$//')"; }

# plan MODES N RANKS MEMORY [OPTION…]
plan() { "$qfp" plan "$scratch/$1.yaml" --set "$(points "$1" "$2")" --ranks "$3" --device-memory "$4" "${rates[@]}" "${@:5}"; }

# number KEY: of a JSON document on standard input
number() { grep -oE "\"$1\": *[0-9.e+-]+" | head -n 1 | sed 's/.*: *//'; }

echo '| grid | cells | u, GB | fewest cards of 80 GB | GB on each |'
echo '|---|---|---|---|---|'
for grid in 2:64 2:96 2:128 2:160 2:192 2:256 3:16 3:20 3:24 3:32 3:40; do
    modes=${grid%:*} n=${grid#*:}
    for ranks in $(seq 1 128); do
        if plan "$modes" "$n" "$ranks" 80GB --json >"$scratch/plan.json" 2>/dev/null; then break; fi
    done
    cells=$(number cells <"$scratch/plan.json") bytes=$(number bytes <"$scratch/plan.json")
    awk -v n="$n" -v d=$((2 * modes)) -v cells="$cells" -v bytes="$bytes" -v ranks="$ranks" \
        'BEGIN { printf "| %d^%d | %.3g | %.3g | %d | %.3g |\n", n, d, cells, 8e-9 * cells, ranks, bytes / 1e9 }'
done

printf '\n| grid | cards | with a part | ms, own work | ms, exchange at 25 GB/s | share of one card | ms, at 400 GB/s | share of one card |\n'
echo '|---|---|---|---|---|---|---|---|'
for grid in 2:128 2:256 3:32; do
    modes=${grid%:*} n=${grid#*:} one=
    for ranks in 1 2 4 8 16 32 64 128 256 512 1024; do
        plan "$modes" "$n" "$ranks" 100TB --json >"$scratch/plan.json"
        plan "$modes" "$n" "$ranks" 100TB --network 400GB/s,2us --json >"$scratch/fast.json"
        seconds=$(number seconds_per_application <"$scratch/plan.json")
        exchange=$(number exchange_seconds <"$scratch/plan.json" || true)
        fast=$(number exchange_seconds <"$scratch/fast.json" || true)
        working=$(number working_ranks <"$scratch/plan.json" || true)
        one=${one:-$seconds}
        awk -v n="$n" -v d=$((2 * modes)) -v r="$ranks" -v w="${working:-1}" -v s="$seconds" -v e="${exchange:-0}" \
            -v f="${fast:-0}" -v one="$one" \
            'BEGIN { printf "| %d^%d | %d | %d | %.3g | %.3g | %.2f | %.3g | %.2f |\n", n, d, r, w, 1e3 * (s - e), 1e3 * e,
                     one / s / w, 1e3 * f, one / (s - e + f) / w }'
        [ "${working:-1}" = "$ranks" ] || break
    done
done
