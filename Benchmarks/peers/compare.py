#!/usr/bin/env python3
"""NativeCnn beside its peers on this machine's processor, in turns; a ratio is that of the two medians.

usage: compare.py [--rounds 3] [--seconds 3] [--only fft,flat,...] [--app 'dotnet run -c Release --project Cli --']
                  [--table]
Kinds: train, infer, features, gemm, flat, fft beside TorchSharp (torchsharp.sh), elementwise beside
System.Numerics.Tensors (the Benchmarks project, one thread each), and onnx beside ONNX Runtime (onnxruntime.sh): a
network that `nativecnn export` wrote, from features and from the sound, one clip at a time and 64; the ratio of onnx is
the median of those of the rounds. Prints a JSON object for each case, with --table a
table for a report. A ratio above 1: NativeCnn is faster. Exit 2 where a side gave no figure.
"""
import argparse
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
FFT_SAMPLES = 3_276_800

# glibc gives large blocks back to the system, which clears them for the next: on virtual machines, where a fresh page
# costs a microsecond, TorchSharp trained the article's network at a quarter of its speed. Both sides keep their blocks.
AT_ITS_BEST = {"MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "8000000000"}


def cases():
    """(kind, name, the peer's case, our arguments, our key, unit) of everything beside TorchSharp."""
    for kind, command, models in [
        ("train", "train", [("article", 40, 100), ("deep", 40, 100), ("raw", 1, 8000), ("small", 40, 100)]),
        ("infer", "infer", [("article", 40, 100), ("deep", 40, 100), ("small", 40, 100)]),
    ]:
        for model, channels, frames in models:
            sizes = [(64, 64), (32, 32)] if (kind, model) == ("train", "article") else [(64, 64)]
            for batch, filters in sizes:
                yield (
                    kind, f"{kind}/{model} b{batch}", f"{command}:{model}:{batch}:{channels}:{frames}:{filters}",
                    f"{command} --model {model} --batch-size {batch} --coefficients {channels} --frames {frames} "
                    f"--filters {filters}", "samples_per_second", "clips/s")
    for rate, fft, hop, mels, coefficients in [(8000, 256, 80, 40, 40), (16000, 512, 160, 80, 20)]:
        yield (
            "features", f"features {rate} Hz", f"features:{rate}:{fft}:{hop}:{mels}:{coefficients}",
            f"features --sample-rate {rate} --fft {fft} --hop {hop} --mels {mels} --coefficients {coefficients} "
            "--batch-size 64", "times_real_time", "x real time")
    for size in [256, 512, 1024, 2048]:
        yield "gemm", f"gemm {size}", f"gemm:{size}:{size}:{size}", f"gemm --size {size}", "gflops", "GFLOP/s"
    for rows, inner, columns in [
        (1, 4096, 4096), (16, 4096, 4096), (64, 4096, 4096), (256, 4096, 4096), (4096, 4096, 64), (4096, 64, 4096),
        (16384, 64, 64),
    ]:
        shape = f"--rows {rows} --inner {inner} --columns {columns}"
        yield "flat", f"gemm {rows}x{inner}x{columns}", f"gemm:{rows}:{inner}:{columns}", f"gemm {shape}", \
            "gflops", "GFLOP/s"
    for rows in [16, 64, 256]:
        yield (
            "flat", f"gemm {rows}x4096x4096 T", f"gemmt:{rows}:4096:4096",
            f"gemm --rows {rows} --inner 4096 --columns 4096 --transpose-b", "gflops", "GFLOP/s")
    for length in [64, 128, 256, 400, 512, 1000, 1024, 2048, 4096]:
        batch = FFT_SAMPLES // length
        yield "fft", f"fft {length}", f"fft:{length}:{batch}", f"fft --length {length} --batch {batch}", \
            "gflops", "GFLOP/s"


def objects(command, seconds):
    """The JSON objects that a command prints."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=REPOSITORY,
        env={**os.environ, **AT_ITS_BEST, "PEER_SECONDS": str(seconds)})
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if not rows:
        print(f"no figure from {shlex.join(command)}:\n{done.stderr[-800:]}", file=sys.stderr)
        sys.exit(2)
    return rows


def beside_torchsharp(kinds, options, figures):
    chosen = [case for case in cases() if case[0] in kinds]
    for _ in range(options.rounds if chosen else 0):
        for _, name, peer, ours, key, unit in chosen:
            theirs = objects([str(HERE / "torchsharp.sh"), peer], options.seconds)[0]["value"]
            command = [*shlex.split(options.app), "bench", *shlex.split(ours),
                       "--device", "cpu", "--seconds", str(options.seconds), "--json"]
            mine = float(objects(command, options.seconds)[0][key])
            figures.setdefault((name, unit, "torchsharp"), []).append((mine, theirs))


def beside_tensors(options, figures):
    command = [*shlex.split(options.benchmarks), "--elementwise", str(options.seconds)]
    for _ in range(options.rounds):
        for row in objects(command, options.seconds):
            figures.setdefault((row["case"], "GB/s", "tensors"), []).append((row["nativecnn"], row["tensors"]))


def beside_onnxruntime(options, figures):
    """The networks of `bench infer`, trained for one epoch on 0.99 s of built-in sounds, 100 frames, and exported."""
    with tempfile.TemporaryDirectory() as folder:
        cases = []
        for model in ["article", "deep", "small"]:
            run = f"{folder}/{model}"
            for command in [
                f"train --model {model} --clips-per-class 4 --clip-seconds 0.99 --epochs 1 --device cpu --json "
                f"--output {run}",
                f"export {run} --format onnx --json",
            ]:
                objects([*shlex.split(options.app), *shlex.split(command)], options.seconds)
            for batch in [1, 64]:
                ours = f"bench infer --model {model} --batch-size {batch} --coefficients 40 --frames 100"
                cases.append((f"onnx/{model} b{batch}", f"{run}/export/onnx/network.onnx:{batch}:40:100", ours))
            cases.append((
                f"onnx/{model} from sound b1", f"{run}/export/onnx/model.onnx:1:7920",
                f"bench infer --model {model} --batch-size 1 --from waveform --clip-seconds 0.99"))
        for _ in range(options.rounds):
            for name, peer, ours in cases:
                theirs = objects([str(HERE / "onnxruntime.sh"), peer], options.seconds)[0]["value"]
                command = [*shlex.split(options.app), *shlex.split(ours),
                           "--device", "cpu", "--seconds", str(options.seconds), "--json"]
                mine = float(objects(command, options.seconds)[0]["samples_per_second"])
                figures.setdefault((name, "clips/s", "onnxruntime"), []).append((mine, theirs))


def main():
    kinds = ["train", "infer", "features", "gemm", "flat", "fft", "elementwise", "onnx"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", default=",".join(kinds))
    parser.add_argument("--app", default="dotnet run -c Release --project Cli --")
    parser.add_argument("--benchmarks", default="dotnet run -c Release --project Benchmarks --")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    wanted = options.only.split(",")
    for kind in wanted:
        if kind not in kinds:
            parser.error(f"there is no kind '{kind}': {', '.join(kinds)}")

    figures = {}
    beside_torchsharp(wanted, options, figures)
    if "elementwise" in wanted:
        beside_tensors(options, figures)

    if "onnx" in wanted:
        beside_onnxruntime(options, figures)

    if options.table:
        print("| work | unit | NativeCnn | peer | | ratio |\n| --- | --- | ---: | --- | ---: | ---: |")
    for (name, unit, peer), pairs in figures.items():
        mine = statistics.median(pair[0] for pair in pairs)
        theirs = statistics.median(pair[1] for pair in pairs)
        ratio = statistics.median(pair[0] / pair[1] for pair in pairs) if peer == "onnxruntime" else mine / theirs
        if options.table:
            print(f"| {name} | {unit} | {mine:,.1f} | {peer} | {theirs:,.1f} | {ratio:.2f} |")
        else:
            print(json.dumps({
                "work": name, "unit": unit, "nativecnn": round(mine, 2), peer: round(theirs, 2),
                "ratio": round(ratio, 3)}), flush=True)


if __name__ == "__main__":
    main()
