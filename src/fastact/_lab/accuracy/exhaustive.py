"""Errors over all 2^32 inputs of float32, with a process for each core."""

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor, as_completed

import numpy as np

import fastact as fa
from fastact._lab.accuracy.float32 import measure_float32
from fastact._lab.accuracy.inputs import sample
from fastact._lab.accuracy.tallies import Tally
from fastact._runtime import settings
from fastact._runtime.progress import bar

CHUNK = 1 << 22  # inputs that a process is given at a time


def exhaustive(case, targets, accuracies, peers=(), processes=None):
    """The same as `measure_float32`, over all 2^32 inputs.

    A sample is measured first.  Then a quick test shows that nearly all blocks have no larger error.  There are as many
    `processes` as CPUs, unless the caller says otherwise.
    """
    tallies = largest_of_sample(case, targets, accuracies)
    known = {key: one.error for key, one in tallies.items()}
    # Not forked: a forked process would have the OpenMP runtime's state, but not its threads.
    context = multiprocessing.get_context("spawn")
    keep_memory()
    with ProcessPoolExecutor(processes or settings.available_cpus(), context, _one_thread) as pool:
        starts = range(0, 1 << 32, CHUNK)
        jobs = {pool.submit(measure_chunk, case, start, targets, accuracies, peers, known): start for start in starts}
        found = {}
        try:
            with bar(len(jobs), case.title) as shown:
                for job in as_completed(jobs):
                    found[jobs[job]] = job.result()
                    shown.update()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    for start in starts:  # in order, so that of equal errors the same input is reported each time
        for key, tally in found[start].items():
            tallies.setdefault(key, Tally()).merge(tally)
    return tallies


def largest_of_sample(case, targets, accuracies):
    """(target, accuracy) -> Tally with the largest error of a sample of float32, and without counts."""
    found = measure_float32(case, sample(case.entry.measured(np.float32, case.which), 1 << 20), targets, accuracies)
    return {key: Tally(error=one.error, worst=one.worst, got=one.got) for key, one in found.items()}


def keep_memory():
    """Let processes to come keep the memory that they free, if their C library is glibc.

    By default it returns arrays of the size of a block to the system, and to get them back takes longer than to fill them.
    """
    for name in ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"):
        os.environ.setdefault(name, str(1 << 30))


def _one_thread():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops the process
    fa.set_num_threads(1)


def measure_chunk(case, start, targets, accuracies, peers=(), known=None):
    """The work of one process: CHUNK inputs, the first with the bits `start`."""
    x = np.arange(start, start + CHUNK, dtype=np.uint32).view(np.float32)
    return measure_float32(case, x, targets, accuracies, peers, known, is_run=True)
