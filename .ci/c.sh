#!/usr/bin/env bash
# Exports as C: article, small and tiny, trained for a few epochs on spoken digits, in floats and in 8 bits, compiled with
# warnings as errors, and run on every recording. Floats must give the class that `nativecnn evaluate` gives, int8 on 99 of
# 100; and a build with sanitizers must stay silent. Ends with "N passed, N failed". Usage: .ci/c.sh [RECORDINGS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
recordings=${1:-../shared/fsdd/recordings}
if [[ ! -d $recordings ]]; then
  echo "no recordings in $recordings: exports as C are not compared on real sound"
  echo "0 passed, 0 failed"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nativecnn() { dotnet Cli/bin/Release/net10.0/nativecnn.dll "$@"; }
passed=0 failed=0
strict=(-Wall -Wextra -Werror -std=c99 -pedantic)

# The share of files to which two lists "file class" give the same class.
share() { awk 'NR == FNR { class[$1] = $2; next } { all++; same += class[$1] == $2 } END { print all ? same / all : 0 }' "$@"; }

for model in article small tiny; do
  run=$work/$model
  nativecnn train --data "$recordings" --sample-rate 8000 --model "$model" --epochs 5 --seed 1 --output "$run" \
    >"$work/train.log" 2>&1 || { tail -n 5 "$work/train.log"; failed=$((failed + 1)); continue; }
  nativecnn evaluate "$run" --data "$recordings" --output "$work/$model-evaluated" >"$work/evaluate.log" 2>&1
  tail -n +2 "$work/$model-evaluated/predictions.csv" | awk -F, '{ print $1, $3 }' >"$work/ours"
  for precision in float32 int8; do
    out=$work/$model-$precision
    nativecnn export "$run" "$out" --format c --precision "$precision"
    gcc -O3 "${strict[@]}" "$out/$model.c" "$out/main.c" -lm -o "$out/classify"
    gcc -O1 -g "${strict[@]}" -fsanitize=address,undefined -fno-sanitize-recover=all "$out/$model.c" "$out/main.c" -lm \
      -o "$out/sanitized"
    gcc -Os -std=c99 -c "$out/$model.c" -o "$out/$model.o"
    size "$out/$model.o" | awk 'NR == 2 { print "code and constants: " $1 " bytes; memory: " $3 " bytes" }'
    (cd "$recordings" && "$out/classify" *.wav) | awk -F'\t' '{ print $1, $2 }' >"$out/theirs"
    same=$(share "$work/ours" "$out/theirs")
    least=$([[ $precision == float32 ]] && echo 1 || echo 0.99)
    echo "$model $precision: the same class on $same of $(wc -l <"$out/theirs") recordings"
    if awk -v same="$same" -v least="$least" 'BEGIN { exit !(same >= least) }' &&
      [[ $(wc -l <"$out/theirs") -eq $(wc -l <"$work/ours") ]] &&
      (cd "$recordings" && printf '%s\0' *.wav | awk -v RS='\0' -v ORS='\0' 'NR % 30 == 1' | xargs -0 "$out/sanitized") \
        >"$work/sanitized" && [[ -s $work/sanitized ]]; then
      passed=$((passed + 1))
    else
      echo "FAILED $model $precision: below $least, or the sanitizers have something to say"
      failed=$((failed + 1))
    fi
  done
done

echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
