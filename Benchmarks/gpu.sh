#!/usr/bin/env bash
# Everything that a GPU is wanted for, in one command, on a machine that has the pack (Benchmarks/pack.sh):
#   gpu.sh [DEVICE] [RESULTS]      device cuda:0, results in ./results
# The operator tests, the same with every index checked, the benchmarks, PyTorch's beside them where python3 has it,
# and one table of both. Leaves in RESULTS: device.txt, tests.log, checked.log, nativecnn.jsonl, pytorch.jsonl, table.md.
# NATIVECNN_BENCH_SECONDS is how long each benchmark measures (3), NATIVECNN_GPU_PARTS what runs: tests, checked, bench,
# peers. Exit code 1 where a test or a benchmark failed.
set -uo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
device=${1:-cuda:0}
results=${2:-results}
seconds=${NATIVECNN_BENCH_SECONDS:-3}
parts=${NATIVECNN_GPU_PARTS:-tests checked bench peers}
mkdir -p "$results"
status=0
wants() { [[ " $parts " == *" $1 "* ]]; }

{
  date -u '+%Y-%m-%d %H:%M UTC'
  "$here/nativecnn" devices 2>&1
  nvidia-smi --query-gpu=name,driver_version,clocks.max.sm,power.limit --format=csv,noheader 2>/dev/null
} | tee "$results/device.txt"

if wants tests; then
  echo "== tests on $device"
  NATIVECNN_TEST_DEVICES=$device "$here/tests" "$device" >"$results/tests.log" 2>&1 || status=1
  grep '^FAILED' "$results/tests.log"
  tail -n 1 "$results/tests.log"
fi

if wants checked; then
  # A wrong index ends a CUDA context, so what fails first counts.
  echo "== operator tests on $device, every index checked"
  NATIVECNN_TEST_DEVICES=$device NATIVECNN_ASSERTIONS=1 "$here/tests" Operators. >"$results/checked.log" 2>&1 || status=1
  grep -m 5 '^FAILED' "$results/checked.log"
  tail -n 1 "$results/checked.log"
fi

bench() {
  "$here/nativecnn" bench "$@" --device "$device" --seconds "$seconds" --json >>"$results/nativecnn.jsonl" ||
    { echo "bench $* failed"; status=1; }
}

if wants bench; then
  echo "== benchmarks on $device"
  : >"$results/nativecnn.jsonl"
  graphs="off auto"
  [[ $device == cuda* ]] || graphs=off
  for model in article deep residual small; do
    for batch in 64 1024; do
      for graph in $graphs; do
        bench train --model "$model" --batch-size "$batch" --graph "$graph"
      done
      bench infer --model "$model" --batch-size "$batch"
    done
  done
  bench features --batch-size 1024
  bench features --batch-size 1024 --sample-rate 16000 --fft 512 --hop 160 --mels 80 --coefficients 20
  for size in ${NATIVECNN_GEMM_SIZES:-512 1024 2048 4096 8192}; do
    bench gemm --size "$size"
  done
  if "$here/nativecnn" bench --help | grep -qE '^ +kernels( |$)'; then
    "$here/nativecnn" bench kernels --device "$device" --json >"$results/kernels.jsonl" ||
      { echo "bench kernels failed"; status=1; }
  fi
fi

if wants peers; then
  rm -f "$results/pytorch.jsonl"
  if [[ ! -f $here/peers/pytorch_gpu.py ]]; then
    echo "== no peers/pytorch_gpu.py in this pack"
  elif ! python3 -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
    echo "== python3 has no PyTorch that sees a CUDA device: no peers"
  else
    echo "== PyTorch"
    timeout "${NATIVECNN_PEERS_SECONDS:-420}" python3 "$here/peers/pytorch_gpu.py" \
      >"$results/pytorch.jsonl" 2>"$results/pytorch.log" || echo "pytorch_gpu.py ended early; see pytorch.log"
  fi
fi

# A line for each of our benchmarks; the peers' of the same name (and batch, where both say it) to the right.
table() {
  awk '
    function text(key) { return match($0, "\"" key "\": *\"[^\"]*\"") ? unquoted(substr($0, RSTART, RLENGTH)) : "" }
    function unquoted(pair) { sub(/^"[^"]*": *"/, "", pair); sub(/"$/, "", pair); return pair }
    function number(key) {
      if (!match($0, "\"" key "\": *[-+0-9.eE]+")) return ""
      pair = substr($0, RSTART, RLENGTH); sub(/^.*: */, "", pair); return pair + 0
    }
    function figure(value) { return value == "" ? "" : sprintf(value < 10 ? "%.3f" : value < 1000 ? "%.1f" : "%.0f", value) }
    {
      name = text("benchmark"); batch = number("batch"); of = name; value = ""
      if (name ~ /^(train|infer)\//) { value = number("ms_per_step"); if (value == "") value = number("ms_per_batch"); of = name " b" batch; unit = "ms" }
      else if (name ~ /^features\//) { value = number("times_real_time"); of = name " " number("sample_rate") " Hz"; unit = "x real time" }
      else if (name ~ /^gemm\//) { value = number("gflops"); unit = "GFLOP/s" }
      else next
      if (value == "") next
      if (FILENAME ~ /nativecnn/) {
        how = name ~ /^train/ ? (/"graph":true/ ? ", graph" : ", eager") : ""
        line[++lines] = of how "|" figure(value) " " unit; key[lines] = of
      } else {
        peers[of] = peers[of] (peers[of] == "" ? "" : "; ") text("mode") (text("mode") == "" ? "" : " ") text("math") " " figure(value)
      }
    }
    END {
      print "| benchmark | nativecnn | PyTorch |"; print "| --- | --- | --- |"
      for (i = 1; i <= lines; i++) { split(line[i], cell, "|"); print "| " cell[1] " | " cell[2] " | " peers[key[i]] " |" }
    }' "$@"
}
if [[ -s $results/nativecnn.jsonl ]]; then
  echo
  files=("$results/nativecnn.jsonl")
  [[ ! -s $results/pytorch.jsonl ]] || files+=("$results/pytorch.jsonl")
  { sed 's/$/  /' "$results/device.txt"; echo; table "${files[@]}"; } >"$results/table.md"
  sed -n '/^|/p' "$results/table.md"
fi
exit "$status"
