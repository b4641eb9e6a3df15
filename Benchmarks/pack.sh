#!/usr/bin/env bash
# One archive for a GPU machine that has neither .NET nor a network: nativecnn and its tests, both self-contained for
# 64-bit Linux on x86, with the golden files, a README, and gpu.sh, which runs all that a GPU is wanted for.
#   Benchmarks/pack.sh [ARCHIVE.tar.xz]      default: nativecnn-linux-x64.tar.xz; ends with its size; 60 MB at most
# NATIVECNN_PEERS names a folder with pytorch_gpu.py, which then comes along; without it, ../shared/peers if it is there.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../Cli/Packaging/publish.sh"
archive=$(realpath -m "${1:-nativecnn-linux-x64.tar.xz}")
most=60000000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pack=$work/nativecnn

# Both into one folder, for one runtime: the tests first, then nativecnn, compiled ahead of time, over it. Symbols are
# in the assemblies, so that a failure there tells its line.
into() { publish "$1" linux-x64 "$pack/bin" -p:DebugType=embedded "${@:2}" || { echo "pack: dotnet publish $1 failed" >&2; exit 1; }; }
into Tests -p:PublishReadyToRun=false
into Cli
tidy "$pack/bin"
# Measures coverage under `dotnet test`, for Windows, macOS and others too.
rm -rf "$pack/bin/Microsoft.CodeCoverage"
for needed in nativecnn NativeCnn.Tests NativeCnn.Model.xml libcoreclr.so; do
  [[ -e $pack/bin/$needed ]] || { echo "pack: publishing left no $needed" >&2; exit 1; }
done
golden=$(find "$repo/Tests/Golden" -name '*.safetensors' | wc -l)
[[ $(find "$pack/bin/Golden" -name '*.safetensors' | wc -l) -eq $golden ]] ||
  { echo "pack: not all $golden golden files are in the pack" >&2; exit 1; }

cp "$repo/Benchmarks/gpu.sh" "$pack/gpu.sh"
peers=${NATIVECNN_PEERS:-$repo/../shared/peers}
if [[ -f $peers/pytorch_gpu.py ]]; then
  install -D -m 644 "$peers/pytorch_gpu.py" "$pack/peers/pytorch_gpu.py"
fi

launcher "$pack/nativecnn" nativecnn
# tests [--list] [TEXT...] runs those whose name contains one of the texts.
launcher "$pack/tests" NativeCnn.Tests
cat >"$pack/README.txt" <<README
NativeCnn $(git -C "$repo" describe --always --dirty 2>/dev/null || true), self-contained for 64-bit Linux on x86 (glibc 2.27 or newer). Needs no .NET and no network.
A GPU needs its driver alone: libcuda.so.1 for CUDA, libOpenCL.so.1 and an .icd file for OpenCL.

  ./nativecnn devices --self-test          what can be computed on here, and what is left out and why
  ./nativecnn train --device cuda          ten classes of built-in sounds; --data DIR for your own
  ./nativecnn bench train --device cuda
  ./tests "cuda:0"                         the operator tests on that GPU; NATIVECNN_TEST_DEVICES=cuda:0 leaves out
                                           all other devices; --list prints names; any text of a name chooses
  ./gpu.sh [DEVICE] [RESULTS]              in at most nine minutes tests, benchmarks, PyTorch beside them where python3
                                           has it, kernels beside cuBLAS and cuFFT, and a table; device cuda:0,
                                           results in ./results; NATIVECNN_GPU_SECONDS=120 takes two minutes
  NATIVECNN_ASSERTIONS=1 ./tests "cuda:0"  the same with every index checked: an access outside a view is an error
README
chmod +x "$pack/gpu.sh"

mkdir -p "$(dirname "$archive")"
tar_of "$pack" | xz -T2 "-${NATIVECNN_PACK_LEVEL:-6}" >"$archive"
size=$(stat -c %s "$archive")
echo "$archive: $((size / 1000000)).$((size / 100000 % 10)) MB"
[[ $size -le $most ]] || { echo "pack: more than $((most / 1000000)) MB" >&2; exit 1; }
