#!/bin/sh
# run.sh PROGRAM FOLDER: every basis and every kind of ensemble, on a few threads, under the thread
# sanitizer, which ends a program that races with status 66.
set -e
program=$1
mkdir -p "$2"
cd "$2"
cat >system.yaml <<'EOF'
hamiltonian: {modes: 1, operator: "0.5*ad^2*a^2 + 0.2*x"}
initial: {coherent: [0.5]}
output: {times: [0, 0.05], husimi: {from: -5, to: 5, points: 33}}
EOF
cat >two.yaml <<'EOF'
hamiltonian: {modes: 2, operator: "0.3*n[1]*n[2] + 0.1*hc(ad[1]*a[2])"}
initial: {coherent: [0.5, 0.2]}
output: {times: [0, 0.02], husimi: {from: -5, to: 5, points: 9}}
EOF
cat >quadratic.yaml <<'EOF'
hamiltonian: {model: {name: parametric_amplifier, g: 1.0}}
initial: {coherent: [0.5]}
output: {times: [0, 0.1], husimi: {from: -8, to: 8, points: 17}}
EOF
cat >markov.yaml <<'EOF'
ensemble: {method: markov, drift: ["-x"], noise: [["1"]], paths: 4096, steps: 8,
           preparations: [{mean: [-1], deviation: [0.8]}]}
output: {times: [0, 0.1], husimi: {from: -7, to: 7, points: 33}}
EOF
cat >nelson.yaml <<'EOF'
ensemble: {method: nelson, mass: 1.0, packets: [{centre: 0, deviation: 0.8}], grid: {points: 256, extent: 40},
           paths: 4096, steps: 8}
output: {times: [0, 0.1], husimi: {from: -7, to: 7, points: 33}}
EOF
for basis in fourier fock reference; do
    "$program" run system.yaml --basis $basis -o $basis.h5 >/dev/null
done
"$program" run two.yaml --set solver.grid.points=16 -o two.h5 >/dev/null
"$program" run two.yaml --basis fock -o two_fock.h5 >/dev/null
for method in guided positive_p doubled_q truncated_wigner gaussian; do
    "$program" sample system.yaml --set "ensemble={method: $method, paths: 4096, steps: 8}" -o $method.h5 >/dev/null
done
"$program" sample quadratic.yaml --set "ensemble={method: forward_backward, paths: 4096}" -o fb.h5 >/dev/null
"$program" sample quadratic.yaml --set "ensemble={method: action, paths: 256}" -o action.h5 >/dev/null
"$program" sample markov.yaml -o markov.h5 >/dev/null
"$program" sample nelson.yaml -o nelson.h5 >/dev/null
