# building.sh - sourced by run.sh and test.sh: whether CUDA is built, and builds that show where they are.

# choose_cuda FOLDER WHAT: sets `cuda` for -DQFP_CUDA: QFP_CUDA of the environment, else AUTO where a driver answers,
# else OFF, since code for cards takes minutes to compile and could not run; then says so, once for a build folder.
choose_cuda() {
    cuda=${QFP_CUDA:-OFF}
    [ -n "${QFP_CUDA:-}" ] || ! nvidia-smi -L >/dev/null 2>&1 || cuda=AUTO
    [ "$cuda" != OFF ] || grep -qs '^QFP_CUDA:[A-Z]*=OFF$' "$1/CMakeCache.txt" ||
        echo "Left out: $2, for no NVIDIA driver answers here; QFP_CUDA=ON $0 builds it all the same" >&2
}

# progress LOG: of what a build says, where it is: in place on a terminal, else a line for every tenth.
progress() {
    local line step=0 tenth=-1
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$1"
        [[ $line != *"Built target"* ]] || continue # nothing was to do
        if [[ $line =~ ^\[\ *([0-9]+)%\] ]]; then
            step=$((BASH_REMATCH[1] / 10))
        elif [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
            step=$((10 * BASH_REMATCH[1] / BASH_REMATCH[2]))
        else
            continue
        fi
        if [ -t 2 ]; then
            printf '\rbuilding %s\033[K' "${line:0:70}" >&2
        elif [ $step -gt $tenth ]; then
            tenth=$step
            printf 'building: %d %%\n' $((10 * step)) >&2
        fi
    done
    [ ! -t 2 ] || printf '\r\033[K' >&2
}

# build LOG ARGUMENTS: cmake --build ARGUMENTS, with all cores.
build() {
    local log=$1
    shift
    cmake --build "$@" -j "$(nproc)" 2>&1 | progress "$log"
}
