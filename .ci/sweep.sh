#!/usr/bin/env bash
# Many jobs without MPI: .ci/sweep.sh
# Four shells drain a sweep of 24 jobs while one of them is killed twice, and another is stopped until its job has been
# taken from it: every job is done exactly once, and the report is whole. Then the folds of a cross-validation, and the
# commands of docs/clusters.md. Ends with the line "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export NATIVECNN_SILENCE_SECONDS=3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export NATIVECNN_CACHE=$work/cache
passed=0 failed=0
nativecnn=(dotnet "$PWD/Cli/bin/Release/net10.0/nativecnn.dll")

check() { # NAME, then a command that must succeed
  if "${@:2}" >"$work/said" 2>&1; then
    passed=$((passed + 1))
    echo "$1 (after $SECONDS s)"
  else
    failed=$((failed + 1))
    echo "FAILED $1"
    tail -n 15 "$work/said"
  fi
}

cat >"$work/sweep.toml" <<'SPEC'
[base]
clips_per_class = 12
epochs = 6
model = "deep"
device = "cpu"
workers = 1

[grid]
learning_rate = [0.001, 0.003, 0.01, 0.03]
batch_size = [16, 32]
seed = [1, 2, 3]
SPEC

jobs=$work/jobs
worker() { # NUMBER: a shell that works; its process is the program itself
  "${nativecnn[@]}" sweep "$work/sweep.toml" --dir "$jobs" --json >>"$work/worker$1.jsonl" 2>>"$work/worker$1.log" &
}

claim_of() { # PID: the name of the job that a worker has; empty for none
  ls "$jobs/jobs/batch-0" 2>/dev/null | grep -E "\.claimed\..*-$1-[0-9a-f]{8}$" | head -n 1
}

wait_for_claim() { # PID
  for _ in $(seq 200); do
    [[ -n $(claim_of "$1") ]] && return 0
    sleep 0.05
  done
  echo "worker $1 claims no job"
  return 1
}

wait_for_any_claim() { # FOLDER
  for _ in $(seq 200); do
    ls "$1/jobs/batch-0" 2>/dev/null | grep -q claimed && return 0
    sleep 0.05
  done
  echo "nobody claims a job of $1"
  return 1
}

drained() {
  local pids=() victim stopped again code=0
  for i in 1 2 3 4; do worker $i; pids[i]=$!; done

  # The first worker is killed, started again, and killed again: each time in the midst of a job.
  again=0
  while ((again < 2)); do
    victim=${pids[1]}
    wait_for_claim "$victim" || return 1
    sleep "0.$((RANDOM % 3))"
    kill -KILL "$victim"
    wait "$victim" 2>/dev/null
    [[ -n $(claim_of "$victim") ]] && again=$((again + 1))
    worker 1
    pids[1]=$!
  done

  # The second is stopped until others must have taken its job, and goes on then.
  stopped=${pids[2]}
  wait_for_claim "$stopped" || return 1
  kill -STOP "$stopped"
  sleep 5
  kill -CONT "$stopped"

  for i in 1 2 3 4; do
    wait "${pids[i]}" || { code=$?; echo "worker $i ended with $code"; tail -n 3 "$work/worker$i.log"; }
  done
  return "$code"
}
check "24 jobs, four shells, one killed twice and one stopped" drained

once() {
  local states
  states=$(ls "$jobs/jobs/batch-0" | grep -v numbers.json)
  echo "$states"
  [[ $(grep -c '\.done\.' <<<"$states") == 24 && $(wc -l <<<"$states") == 24 ]] || return 1
  [[ $(cut -d. -f1 <<<"$states" | sort -u | wc -l) == 24 ]] || return 1

  # No two workers said that they had done the same job; at least the two that were killed had one that others finished.
  cat "$work"/worker*.jsonl | grep -oE '^\{"job":[0-9]+' | sort >"$work/settled"
  [[ -z $(uniq -d "$work/settled") ]] || { echo "settled twice:"; uniq -d "$work/settled"; return 1; }
  [[ $(wc -l <"$work/settled") -ge 22 ]] || { echo "too few say that they are done"; return 1; }
  [[ $(awk -F. "{ crashes += \$4 } END { print crashes }" <<<"$states") -ge 2 ]]
}
check "each job is done exactly once" once

report() {
  "${nativecnn[@]}" sweep report "$jobs" --json --output "$work/jobs.csv" | tee "$work/report.jsonl" | tail -n 1
  [[ $(wc -l <"$work/report.jsonl") == 25 ]] && grep -qF '"jobs":24,"done":24,"failed":0' "$work/report.jsonl" &&
    [[ $(wc -l <"$work/jobs.csv") == 25 ]] && [[ $(grep -c '"epochs":6' "$work/report.jsonl") == 24 ]]
}
# What Kubernetes sends before it ends a pod.
terminated() {
  local pid
  "${nativecnn[@]}" sweep "$work/sweep.toml" --dir "$work/terminated" >"$work/terminated.log" 2>&1 &
  pid=$!
  wait_for_any_claim "$work/terminated" || return 1
  kill -TERM $pid
  wait $pid
  ls "$work/terminated/jobs/batch-0"
  ! ls "$work/terminated/jobs/batch-0" | grep -q claimed &&
    ls "$work/terminated/jobs/batch-0" | grep -qE '\.waiting\.1\.0\.'
}
check "a worker that is terminated gives its job back" terminated

check "the report has all jobs and all their epochs" report

# What was killed and taken up again has the bytes of a training that nothing happened to.
same_bytes() {
  local name number settings
  name=$(ls "$jobs/jobs/batch-0" | grep -E '\.done\.[2-9]' | head -n 1)
  number=${name%%.*}
  settings=$(grep "^{\"job\":$((10#$number))," "$work/report.jsonl" | grep -oE '"settings":\{[^}]*\}')
  value() { grep -oE "\"$1\":[0-9.]+" <<<"$settings" | cut -d: -f2; }
  echo "job $number: $settings"
  "${nativecnn[@]}" train --clips-per-class 12 --epochs 6 --model deep --device cpu --workers 1 \
    --learning-rate "$(value learning-rate)" --batch-size "$(value batch-size)" --seed "$(value seed)" \
    --output "$work/alone" && cmp "$work/alone/model.safetensors" "$jobs/$number/model.safetensors"
}
check "a job that was taken up again: the bytes of train" same_bytes

# Folds by two shells, one of which is killed in its first job.
mkdir "$work/clips"
python3 - "$work/clips" <<'CLIPS'
import array, math, random, sys, wave
random.seed(1)
for label, pitch in (("low", 300), ("high", 900), ("higher", 1500)):
    for speaker in ("ann", "bob", "cem"):
        for clip in range(10):
            tone = pitch * random.uniform(0.8, 1.25)
            samples = array.array("h", (
                int(8000 * math.sin(2 * math.pi * tone * i / 8000) + random.gauss(0, 3000)) for i in range(4000)))
            with wave.open(f"{sys.argv[1]}/{label}_{speaker}_{clip}.wav", "wb") as file:
                file.setparams((1, 2, 8000, 0, "NONE", ""))
                file.writeframes(samples.tobytes())
CLIPS
folds=(train --data "$work/clips" --group speaker --folds --epochs 4 --model deep --device cpu --workers 1)
shared_folds() {
  local first second code=0
  "${nativecnn[@]}" "${folds[@]}" --jobs "$work/folds" >"$work/folds1.log" 2>&1 &
  first=$!
  wait_for_any_claim "$work/folds" || return 1
  kill -KILL $first
  wait $first 2>/dev/null
  "${nativecnn[@]}" "${folds[@]}" --jobs "$work/folds" >"$work/folds1.log" 2>&1 &
  first=$!
  "${nativecnn[@]}" "${folds[@]}" --jobs "$work/folds" >"$work/folds2.log" 2>&1 &
  second=$!
  wait $first || code=$?
  wait $second || code=$?
  tail -n 3 "$work/folds1.log"
  "${nativecnn[@]}" "${folds[@]}" --output "$work/folds-alone" >/dev/null 2>&1
  for fold in "$work"/folds-alone/fold-*; do
    cmp "$fold/model.safetensors" "$work/folds/$(basename "$fold")/model.safetensors" || code=1
  done
  cmp "$work/folds/folds.json" "$work/folds-alone/folds.json" && return "$code"
}
check "folds by two shells, one killed: the bytes of one shell" shared_folds

# Every command of the page's section, but for Ray's: in a folder that has what they name.
page() {
  local line
  mkdir "$work/bin" "$work/page" && ln -s "$work/clips" "$work/page/recordings" || return 1
  printf '#!/bin/sh\nexec dotnet "%s" "$@"\n' "${nativecnn[1]}" >"$work/bin/nativecnn"
  chmod +x "$work/bin/nativecnn"
  printf '[base]\nclips_per_class = 6\nepochs = 1\n[grid]\nlearning_rate = [0.001, 0.01]\n' >"$work/page/sweep.toml"
  sed -n '/^## Many jobs without MPI/,/^## What it costs/p' docs/clusters.md | grep '^nativecnn ' | sed 's/ *#.*//' \
    >"$work/page/commands"
  [[ $(wc -l <"$work/page/commands") -ge 5 ]] || { echo "the page has too few commands"; return 1; }
  while read -r line; do
    echo "$line"
    (cd "$work/page" && PATH=$work/bin:$PATH bash -c "$line" </dev/null) || return 1
  done <"$work/page/commands"
  [[ -s $work/page/sounds.csv && -s $work/page/runs/folds/folds.json ]]
}
check "the commands of docs/clusters.md" page

echo "$passed passed, $failed failed"
((failed == 0))
