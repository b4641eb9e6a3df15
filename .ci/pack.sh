#!/usr/bin/env bash
# What a machine without .NET gets, tried where .NET cannot be found: packs (Benchmarks/pack.sh), unpacks elsewhere, and
# there, with an empty environment, trains an epoch, runs a part of the tests and gpu.sh's benchmarks, short, on the cpu.
#   .ci/pack.sh
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "pack: $*" >&2; exit 1; }

# The quickest compression; the real one is some 15 % smaller.
NATIVECNN_PACK_LEVEL=1 "$repo/Benchmarks/pack.sh" "$work/pack.tar.xz"
echo "pack: packed after $SECONDS s"
mkdir "$work/there"
tar -xJf "$work/pack.tar.xz" -C "$work/there"
cd "$work/there/nativecnn"

# dotnet may lie in /usr/bin: a PATH of nothing but what the scripts call.
mkdir "$work/bin"
for tool in awk bash cat date dirname env grep mkdir readlink rm sed sh tail tee timeout; do
  ln -s "$(command -v "$tool")" "$work/bin/$tool"
done
bare=("$work/bin/env" -i "PATH=$work/bin" "HOME=$work" DOTNET_ROOT=/nowhere NATIVECNN_TEST_DEVICES=cpu)
! "${bare[@]}" sh -c 'command -v dotnet' || fail "dotnet is on the bare PATH"
"${bare[@]}" ./nativecnn train --device cpu --epochs 1 --clips-per-class 20 --output "$work/run" |
  grep 'run folder' || fail "the unpacked nativecnn trained nothing"
"${bare[@]}" ./tests ReluTests OptimizerGolden | tail -n 1 | tee "$work/tests.txt"
grep -qE '^[1-9][0-9]* passed, 0 failed' "$work/tests.txt" || fail "the unpacked tests did not pass"
"${bare[@]}" NATIVECNN_GPU_PARTS="bench kernels" NATIVECNN_BENCH_SECONDS=0.02 NATIVECNN_GEMM_SIZES=64 \
  NATIVECNN_KERNEL_FILTER=matmul.dense NATIVECNN_KERNEL_SECONDS=0.02 ./gpu.sh cpu "$work/results" \
  >"$work/gpu.log" 2>&1 || { cat "$work/gpu.log"; fail "gpu.sh failed on the cpu"; }
grep -q '^| train/article b64' "$work/results/table.md" || { cat "$work/gpu.log"; fail "gpu.sh left no table"; }
grep -q '^| kernels/matmul.dense-forward: .* System.Numerics.Tensors ' "$work/results/table.md" ||
  { cat "$work/gpu.log"; fail "gpu.sh measured no kernel beside the library"; }
echo "pack: done after $SECONDS s"
