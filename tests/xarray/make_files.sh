#!/usr/bin/env bash
# make_files.sh QFP CONFIGS FOLDER [MPIRUN]: one small output file of every kind that qfp writes, with MPIRUN also of
# several processes.
set -euo pipefail
qfp=$1 configs=$2 folder=$3 mpirun=${4:-}
rm -rf "$folder"
mkdir -p "$folder"

before=()
make() { # NAME COMMAND CONFIG ARGUMENTS…
    local name=$1 command=$2 config=$3 status=0
    shift 3
    "${before[@]}" "$qfp" "$command" "$configs/$config.yaml" -o "$folder/$name.h5" "$@" \
        >/dev/null 2>"$folder/$name.log" || status=$?
    # 3: stopped for a numerical reason, which leaves a file with what was computed
    if [ $status -ne 0 ] && [ $status -ne 3 ] || [ ! -e "$folder/$name.h5" ]; then
        cat "$folder/$name.log" >&2
        return 1
    fi
}

fields=(--set "output.fields=[drift, diffusion, current]")
small=(--set output.husimi.points=7 --set "output.times=[0, 0.01]" --set solver.tolerance=1e-3)
series=(--set "output.observables=[x^2]" --set "output.series={from: 0, to: 0.01, count: 3}")
correlations=(--set "output.correlations=[{left: ad, right: a, at: 0, tau: {to: 0.1, count: 9}}]")
state=(--set output.wigner=true --set "output.state={times: all}")
make run_fourier run kerr "${small[@]}" "${fields[@]}" "${state[@]}" --set output.husimi.full=true \
    --set "output.checkpoint={every: 60s}"
make run_fock run kerr "${small[@]}" "${series[@]}" "${correlations[@]}" --basis fock \
    --set "output.checkpoint={every: 60s}"
make run_reference run kerr "${small[@]}" --basis reference --set "output.state={times: last}" \
    --set "output.planes=[[p, x]]"
make run_observed run kerr "${small[@]}" --basis fock \
    --set "observed=[{file: $folder/run_fock.h5, dataset: /observables/n_1, error: /errors/n_1},
                     {file: $folder/run_fock.h5, dataset: /husimi/mode_1, error: 0.01}]"
make run_observed_elsewhere run kerr "${small[@]}" --basis fock --set output.husimi.points=9 \
    --set "observed={file: $folder/run_fock.h5, dataset: /husimi/mode_1, error: 0.01}"
make run_planes run dimer "${small[@]}" "${state[@]}" --basis fock --set solver.levels=6 \
    --set "initial={fock: [1, 0]}" --set "output.planes=[[x_1, p_2], [p_2, p_1]]"
make run_windows run dimer "${small[@]}" --set output.wigner=true --basis fock --set solver.levels=6 \
    --set "initial={fock: [1, 0]}" --set "output.husimi=[{x: [-4, 4], points: 7}, {points: 7}]"
make run_two_modes run dimer "${small[@]}" "${fields[@]}" --set output.husimi.full=true \
    --set "initial={coherent: [0, 0]}" --set "solver.grid={points: 12, extent: 8.0}" \
    --set solver.tolerance=1e-2
make run_open run lossy_kerr "${small[@]}" "${fields[@]}" --basis fourier \
    --set "dissipation=[{operator: a, rate: \"0.2 + t\"}]"
make run_theories run theories_quartic "${small[@]}" "${fields[@]}" "${series[@]}" \
    "${correlations[@]}" \
    --set "theory=[{order: exact}, {order: 2, accept_unbalanced: true}]" \
    --set "output.checkpoint={every: 60s}"

make run_stopped run kerr "${small[@]}" --set "output.times=[0, 0.01, 2]" --basis fourier \
    --set solver.tolerance=1e-2 --set "solver.grid={points: 28, extent: 12.0}" \
    --set "output.observables=[{name: square, operator: \"a^2\"}]"
make run_driven run kerr "${small[@]}" "${fields[@]}" --basis fourier \
    --set "hamiltonian.operator=n + t*x" --set hamiltonian.parameters={}

make sweep sweep kerr_sweep "${small[@]}" \
    --set "sweep={U: [0.5, 1], initial.coherent: [0.5, 1, 3]}"
make sweep_steady sweep driven_kerr_steady --steady --set solver.tolerance=1e-3 --set output.husimi.points=7 \
    --set "sweep={F: [0.1, 0.4]}"
make steady steady driven_kerr_steady --set solver.tolerance=1e-3 --set output.husimi.points=7

paths=(--set ensemble.paths=200 --set "output.paths={count: 3}" --set output.husimi.points=7
       --set "output.times=[0, 0.01]")
steps=(--set ensemble.steps=20)
make sample_guided sample dimer_guided "${paths[@]}" "${steps[@]}"
make sample_positive_p sample kerr_positive_p "${paths[@]}" "${steps[@]}"
make sample_doubled_q sample kerr_positive_p "${paths[@]}" "${steps[@]}" \
    --set ensemble.method=doubled_q
make sample_truncated_wigner sample kerr_positive_p "${paths[@]}" "${steps[@]}" \
    --set ensemble.method=truncated_wigner
make sample_forward_backward sample cat_measurement "${paths[@]}"
make sample_diffusion sample arrow_of_time "${paths[@]}" --set "ensemble={method: diffusion, paths: 200, steps: 20}"
make sample_action sample kerr_action "${paths[@]}" --set ensemble.sweeps=4
make sample_gaussian sample kerr_gaussian "${paths[@]}"
make process_markov sample watanabe "${paths[@]}" "${steps[@]}"
make process_two_variables sample watanabe "${paths[@]}" "${steps[@]}" --set "ensemble.drift=[\"-x[1]\", \"-x[2]\"]" \
    --set "ensemble.noise=[[1, 0], [0.3, 1]]" \
    --set "ensemble.preparations=[{mean: [0, 0.5], deviation: [1, 1]}]" \
    --set "output.husimi={from: -6, to: 6, points: 25}"
make process_nelson sample nelson_two_packets "${paths[@]}" "${steps[@]}" \
    --set "ensemble.grid={points: 128, extent: 60}"
if [ -n "$mpirun" ]; then
    # as root, and more ranks than cores, as in a container
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
    before=("$mpirun" -n 2)
    make run_ranks run kerr "${small[@]}" --basis fourier
fi
