#!/bin/bash
# parity.sh QFP CONFIG STEM - the configuration on CUDA and on the CPU, into STEM-cuda.h5 and
# STEM-cpu.h5; `qfp compare` judges the distance.
set -e
"$1" run "$2" --backend cuda -o "$3-cuda.h5"
"$1" run "$2" --backend cpu -o "$3-cpu.h5"
"$1" compare "$3-cpu.h5" "$3-cuda.h5"
