#!/bin/bash
# open.sh QFP CONFIG - what a run of the configuration repeats, timed on CUDA and on the CPU.
set -e
"$1" bench "$2" --backend cuda
"$1" bench "$2" --backend cpu
