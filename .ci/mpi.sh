#!/usr/bin/env bash
# Training together on Open MPI: .ci/mpi.sh [KILLS]
# The same bytes with 1, 2, 3 and 4 processes; processes that are killed or fall silent end the others soon, and leave
# a checkpoint that goes on to the same bytes; launches that cannot work say so, once, with exit code 2.
# Ends with the line "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 NATIVECNN_SILENCE_SECONDS=6
kills=${1:-20}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export NATIVECNN_CACHE=$work/cache
passed=0 failed=0

nativecnn=(dotnet Cli/bin/Release/net10.0/nativecnn.dll)
together() { # PROCESSES ARGUMENTS...
  mpirun --oversubscribe --mca mpi_yield_when_idle 1 -n "$1" "${nativecnn[@]}" "${@:2}"
}

# 23 clips a class: the last mini-batch is smaller than the others.
usual=(train --clips-per-class 23 --seed 1 --device cpu)

check() { # NAME, then a command that must succeed
  if "${@:2}" >"$work/said" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED $1"
    tail -n 15 "$work/said"
  fi
}

same_bytes() { cmp "$1/model.safetensors" "$2/model.safetensors"; }

for network in article deep; do
  check "$network, --shards 8, no MPI" "${nativecnn[@]}" "${usual[@]}" --model $network --epochs 2 --shards 8 \
    --output "$work/$network"
  for n in 1 2 3 4; do
    check "$network, $n processes" together $n "${usual[@]}" --model $network --epochs 2 --output "$work/$network$n"
    check "$network, $n processes: the bytes of one" same_bytes "$work/$network" "$work/$network$n"
  done
done

few=(train --clips-per-class 2 --validation 0.5 --batch-size 3 --seed 1 --device cpu --epochs 2)
check "few clips, one process" "${nativecnn[@]}" "${few[@]}" --shards 8 --output "$work/few"
check "few clips, 4 processes" together 4 "${few[@]}" --output "$work/few4"
check "few clips: the bytes of one" same_bytes "$work/few" "$work/few4"

# Without a feature cache each process reads its share of the clips, and has the rows of the others from them.
mkdir "$work/clips"
python3 - "$work/clips" <<'CLIPS'
import array, math, random, sys, wave
random.seed(1)
for label, pitch in (("low", 300), ("high", 900), ("higher", 1500)):
    for clip in range(9):
        tone = pitch * random.uniform(0.8, 1.25)
        samples = array.array("h", (
            int(8000 * math.sin(2 * math.pi * tone * i / 8000) + random.gauss(0, 3000)) for i in range(4000)))
        with wave.open(f"{sys.argv[1]}/{label}_{clip}.wav", "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(samples.tobytes())
CLIPS
files=(train --data "$work/clips" --no-cache --seed 1 --device cpu --epochs 2 --augment noise,gain)
check "no cache, one process" "${nativecnn[@]}" "${files[@]}" --shards 8 --output "$work/files"
check "no cache, 3 processes" together 3 "${files[@]}" --output "$work/files3"
check "no cache: the bytes of one" same_bytes "$work/files" "$work/files3"
check "no cache, 2 processes go on" together 2 train --resume "$work/files3" --no-cache --epochs 3
check "no cache, one process goes on" "${nativecnn[@]}" train --resume "$work/files" --no-cache --epochs 3
check "no cache, gone on: the bytes of one" same_bytes "$work/files" "$work/files3"

# Ends with this exit code, and says this once.
says() { # CODE SENTENCE COMMAND...
  local code=0 said
  said=$("${@:3}" 2>&1) || code=$?
  echo "$said"
  [[ $code == "$1" ]] && [[ $(grep -c -- "$2" <<<"$said") == 1 ]]
}

check "more processes than shards" says 2 "3 processes are too many" together 3 "${usual[@]}" --shards 2 \
  --output "$work/none"
check "no such data" says 2 "error: .*nowhere" together 2 train --data "$work/nowhere" --output "$work/none"
check "other seeds" says 2 "does not have the seed of process 0" \
  mpirun --oversubscribe -n 1 "${nativecnn[@]}" "${usual[@]}" --output "$work/none" : \
  -n 1 "${nativecnn[@]}" train --clips-per-class 23 --seed 2 --device cpu --output "$work/none"
check "the library of another launcher" says 2 "it is not the library of this launcher" \
  env OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=2 "${nativecnn[@]}" "${usual[@]}" --output "$work/none"
library=$(readlink -f "$(ldconfig -p | awk '/libmpi\.so\.40 /{print $NF; exit}')")
check "no library" says 2 "no library of MPI can be loaded" unshare --mount --propagation private bash -c \
  'mount --bind /dev/null "$1" && shift && exec "$@"' _ "$library" env OMPI_COMM_WORLD_RANK=0 "${nativecnn[@]}" \
  "${usual[@]}" --output "$work/none"

# A process is killed (or, each fourth time, stopped) at a random moment: the others end within 30 seconds, and the run
# goes on, with 1 or 2 processes, to the bytes of one that nothing happened to.
long=("${usual[@]}" --model deep --epochs 12)
check "the unbroken run" "${nativecnn[@]}" "${long[@]}" --shards 8 --output "$work/unbroken"

broken() { # NUMBER
  local run=$work/broken$1 rank=$(($1 % 3)) signal=KILL begun pid victim
  (($1 % 4 == 3)) && signal=STOP
  together 3 "${long[@]}" --output "$run" >"$work/broken.log" 2>&1 &
  pid=$!
  for _ in $(seq 300); do
    [[ -s $run/checkpoint/checkpoint.safetensors ]] && break
    sleep 0.1
  done
  sleep "0.$((RANDOM % 10))"
  victim=$(for one in $(pgrep -f -- "--output $run"); do
    grep -qz "^OMPI_COMM_WORLD_RANK=$rank$" "/proc/$one/environ" 2>/dev/null && echo "$one"; done | head -n 1)
  [[ -n $victim ]] || { echo "the training was over before process $rank was found"; cat "$work/broken.log"; }
  begun=$SECONDS
  [[ -n $victim ]] && kill -$signal "$victim"
  for _ in $(seq 300); do
    kill -0 $pid 2>/dev/null || break
    sleep 0.1
  done
  if kill -0 $pid 2>/dev/null; then
    echo "30 seconds after process $rank got SIG$signal the others still run"
    pkill -KILL -f -- "--output $run"
    return 1
  fi

  pkill -KILL -f -- "--output $run"
  echo "process $rank, SIG$signal: the others ended after $((SECONDS - begun)) s"
  wait $pid
  if (($1 % 2)); then
    "${nativecnn[@]}" train --resume "$run"
  else
    together 2 train --resume "$run"
  fi && same_bytes "$work/unbroken" "$run"
}

for ((i = 0; i < kills; i++)); do
  check "process $((i % 3)) is lost, number $i" broken $i
done

echo "$passed passed, $failed failed"
((failed == 0))
