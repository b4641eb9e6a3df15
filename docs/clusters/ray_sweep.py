"""Workers of one sweep as Ray tasks: python ray_sweep.py SPEC.toml DIR WORKERS [CPUS]

Each task runs `nativecnn sweep`, the program itself: the folder DIR, which all machines see, is all that they share.
"""
import subprocess
import sys

import ray


@ray.remote(max_retries=3)
def work(spec, folder, cpus):
    command = ["nativecnn", "sweep", spec, "--dir", folder, "--workers", str(cpus)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main(spec, folder, workers, cpus="4"):
    ray.init()
    tasks = [work.options(num_cpus=int(cpus)).remote(spec, folder, int(cpus)) for _ in range(int(workers))]
    print(ray.get(tasks)[-1])


if __name__ == "__main__":
    main(*sys.argv[1:])
