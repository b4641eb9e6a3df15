#!/usr/bin/env bash
# The portable kernels on a real OpenCL device: opencl.sh RESULTS. Needs root, a Release build, at first the network.
# Debian 12's PoCL has no generic address space, which ILGPU needs; Debian 13's has. So in a Debian 13 root, which
# debian13.sh makes once, run: `nativecnn devices --self-test`, every test that takes a device, `nativecnn bench
# kernels`, an epoch of training. What cannot be set up, or runs nothing, is a failure. Ends with the line
# "N passed, N failed" of the tests on that device; what fails beside them counts as one.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
results=$(realpath "$1")

# All mounts live in a namespace of this script's own: however it ends, none is left behind.
if [[ ${NATIVECNN_CI_MOUNTS:-} != private ]]; then
  NATIVECNN_CI_MOUNTS=private exec unshare --mount --propagation private "${BASH_SOURCE[0]}" "$@"
fi

fail() { echo "opencl: $*" >&2; exit 1; }
since() { echo "== OpenCL: $1 (after $SECONDS s)"; }

in_root() {
  chroot "$root" env -i PATH=/usr/share/dotnet:/usr/bin:/bin HOME=/tmp DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 \
    NATIVECNN_TEST_DEVICES=opencl:0 "$@"
}

since "the Debian 13 root"
root=$("$repo/.ci/debian13.sh" "$results/opencl-root.log" \
  pocl-opencl-icd ocl-icd-libopencl1 libicu76 libssl3t64) || fail "no Debian 13 root"

# PoCL reads /sys. /tmp is memory: no compiled kernel and no run outlives the script.
dotnet=$(dirname "$(realpath "$(command -v dotnet)")")
for pair in "/proc proc" "/sys sys" "/dev dev" "$dotnet usr/share/dotnet" "$repo repo" "$results results"; do
  target=$root/${pair##* }
  mkdir -p "$target" && mount --rbind "${pair% *}" "$target"
done
mount -t tmpfs tmpfs "$root/tmp"

since "devices"
nativecnn=/repo/Cli/bin/Release/net10.0/nativecnn.dll
status=0
in_root dotnet "$nativecnn" devices --json --self-test | tee "$results/opencl-devices.jsonl" || status=1
grep -q '^{"device":"opencl:0"' "$results/opencl-devices.jsonl" ||
  fail "PoCL is installed, but no OpenCL device was found"

# Three processes side by side, for PoCL compiles on one core; each with a cache of its own, for PoCL 6.0 loses a
# temporary file now and then where two programs are built at once in one. For the same reason each runs one class at a
# time.
tests() { # NAME CLASS...
  local name=$1 filter
  shift
  filter=$(printf '|FullyQualifiedName~.%s.' "$@")
  in_root POCL_CACHE_DIR="/tmp/$name" dotnet vstest /repo/Tests/bin/Release/net10.0/NativeCnn.Tests.dll \
    "--TestCaseFilter:${filter#|}" "--logger:trx;LogFileName=$name.trx" --ResultsDirectory:/results \
    -- xUnit.MaxParallelThreads=1 >"$results/$name.log" 2>&1
}

rungs_and_training() {
  local rung name status=0
  for rung in matmul:4 softmax-cross-entropy.forward-backward:3 reduction.rows:3 adam:3 real-fft.forward:4 mfcc:3; do
    name=${rung%:*}
    in_root POCL_CACHE_DIR=/tmp/bench dotnet "$nativecnn" bench kernels --device opencl --seconds 0.02 \
      --filter "$name" --json >"$results/opencl-kernels.jsonl" || status=1
    grep -qE "\"kernels/$name\".*\"rung\":${rung#*:},.*\"share_of_peak\":[0-9]" "$results/opencl-kernels.jsonl" ||
      { echo "opencl: rung ${rung#*:} of $name was not measured"; status=1; }
  done
  in_root POCL_CACHE_DIR=/tmp/bench dotnet "$nativecnn" train --device opencl --epochs 1 --clips-per-class 20 \
    --output /tmp/run || status=1
  grep '"loss":[0-9]' "$root/tmp/run/metrics.jsonl" || { echo "opencl: the epoch left no loss"; status=1; }
  return "$status"
}

since "the tests that take a device, every rung of six hot operators, an epoch of training"
# Cases that xunit does not know before they run have no device in their names yet: so all classes that ask for one.
mapfile -t classes < <(grep -rlE 'TestDevices\.([AEPSW]|Times)|nameof\(TestDevices' "$repo/Tests" --include='*.cs' | sed -E 's|.*/(.*)\.cs|\1|' | sort)
one=() other=()
for i in "${!classes[@]}"; do
  if ((i % 2)); then other+=("${classes[i]}"); else one+=("${classes[i]}"); fi
done
tests opencl1 "${one[@]}" & first=$!
tests opencl2 "${other[@]}" & second=$!
rungs_and_training >"$results/opencl-rungs.log" 2>&1 & third=$!
wait "$first" || status=1
wait "$second" || status=1
wait "$third" || { cat "$results/opencl-rungs.log"; status=1; }
on_device() { # OUTCOME
  cat "$results"/opencl[12].trx |
    grep -cE "<UnitTestResult [^>]*testName=\"[^\"]*opencl:0[^>]* outcome=\"$1\"" || true
}
passed=$(on_device Passed) failed=$(on_device '[^P"][^"]*')
[[ $passed -gt 0 ]] || { tail -n 20 "$results"/opencl[12].log; fail "no test passed on opencl:0"; }

since "done"
[[ $status -eq 0 || $failed -gt 0 ]] || failed=1
[[ $failed -eq 0 ]] || status=1
echo "$passed passed, $failed failed"
exit "$status"
