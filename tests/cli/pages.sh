#!/usr/bin/env bash
# pages.sh QFP: the manual page reads without complaints, bash completes what the program has, colours stay on terminals.
set -euo pipefail
qfp=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
fail() {
    echo "$*"
    exit 1
}

"$qfp" help man >qfp.1
for words in 'qfp steady CONFIG' 'exit status\|EXIT STATUS' 'solver\.grid\.points' '\\-\\-resume'; do
    grep -q "$words" qfp.1 || fail "the manual page lacks $words"
done
if command -v groff >/dev/null; then
    complaints=$(groff -man -Tutf8 -Kutf8 -ww -z qfp.1 2>&1 || true)
    [ -z "$complaints" ] || fail "groff: $complaints"
fi

"$qfp" help bash >qfp.bash
"$qfp" help zsh >qfp.zsh
head -1 qfp.zsh | grep -x '#compdef qfp' >/dev/null || fail "zsh does not know whom it completes"
touch one.yaml 'of  two words.yaml' two.h5
# complete EXPECTED WORD...: what the last word becomes
complete_words() {
    bash -c 'source ./qfp.bash
        expected=$1; shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        _qfp
        [ "${COMPREPLY[*]}" = "$expected" ] || { echo "$*: ${COMPREPLY[*]}, not $expected"; exit 1; }' \
        complete "$@"
}
complete_words steady qfp st
complete_words '--basis --backend' qfp run --ba
complete_words 'fourier fock' qfp run --basis f
complete_words 'solver.grid.extent=' qfp run one.yaml --set solver.grid.e
complete_words 'fourier fock' qfp run one.yaml --basis = f           # bash makes three words of --basis=f
complete_words 'fourier fock' qfp run one.yaml --set solver.basis = f
complete_words 'auto cpu cuda' qfp run one.yaml --set backend =
complete_words 'solver.basis=fourier solver.basis=fock' qfp run one.yaml --set solver.basis=f # zsh one
complete_words '' qfp run one.yaml --set kappa = o
complete_words 'output.wigner' qfp help output.w
complete_words one.yaml qfp run on
complete_words 'of  two words.yaml' qfp run of
complete_words two.h5 qfp plot ''
complete_words '' qfp version ''

if command -v zsh >/dev/null; then
    completed=$(zsh -fc 'autoload -Uz compinit; compinit -D -u; source ./qfp.zsh; setopt ksharrays
        COMP_WORDS=(qfp run one.yaml --set solver.basis=fo) COMP_CWORD=4; _qfp; print -r -- ${COMPREPLY[@]}')
    case $completed in *solver.basis=fock*) ;; *) fail "zsh completes $completed" ;; esac
fi

# Colours on a terminal alone, and not where NO_COLOR is set.
if command -v script >/dev/null; then
    on_terminal() { TERM=xterm script -qec "$1 '$qfp' run none.yaml" /dev/null || true; }
    on_terminal '' | grep $'\033' >/dev/null || fail "an error has no colour on a terminal"
    ! on_terminal 'NO_COLOR=1' | grep $'\033' >/dev/null || fail "NO_COLOR is not heeded"
fi
! "$qfp" run none.yaml 2>&1 | grep $'\033' >/dev/null || fail "a colour where there is no terminal"
