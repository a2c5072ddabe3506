"""Settings: accuracy and threads, for the process, for a context, from the environment."""

import os
import warnings
from contextlib import contextmanager

import numpy as np

from fastact._runtime import dispatch, parallel
from fastact._runtime.accuracy import context_accuracy, resolve_accuracy, set_process_accuracy
from fastact._version import __version__


def _named(accuracy):
    if accuracy is None:
        raise TypeError("accuracy must be 'exact', 'fast' or 'correct', not None")
    return accuracy


def set_accuracy(accuracy):
    """Set the accuracy for calls that do not choose one and are in no context that does.

    Parameters
    ----------
    accuracy : {"exact", "fast", "correct"}

    Raises
    ------
    ValueError, TypeError
        For any other value.

    See Also
    --------
    accuracy : the same for a ``with`` block.

    Examples
    --------
    >>> import fastact as fa
    >>> fa.set_accuracy("fast")
    >>> fa.get_accuracy()
    'fast'
    >>> fa.set_accuracy("exact")
    """
    set_process_accuracy(resolve_accuracy(_named(accuracy)))


def get_accuracy():
    """Return the accuracy that applies here: "exact", "fast" or "correct".

    Examples
    --------
    >>> import fastact as fa
    >>> fa.get_accuracy()
    'exact'
    """
    return resolve_accuracy()


@contextmanager
def accuracy(accuracy):
    """Use this accuracy inside a ``with`` block, in this thread or asyncio task only.

    Parameters
    ----------
    accuracy : {"exact", "fast", "correct"}

    Raises
    ------
    ValueError, TypeError
        For any other value.

    Examples
    --------
    >>> import fastact as fa
    >>> with fa.accuracy("fast"):
    ...     fa.get_accuracy()
    'fast'
    """
    token = context_accuracy.set(resolve_accuracy(_named(accuracy)))
    try:
        yield
    finally:
        context_accuracy.reset(token)


def check_threads(n):
    """Return `n` as an int of at least 1, or raise."""
    try:
        count = int(n.__index__())
    except AttributeError:
        raise TypeError(f"the number of threads must be an integer, not {type(n).__name__}") from None
    if not 1 <= count <= 4096:
        raise ValueError(f"the number of threads must be from 1 to 4096, not {count}")
    return count


def set_num_threads(n):
    """Set how many threads a call may use.

    Parameters
    ----------
    n : int
        From 1 to 4096.  Small arrays still use one thread.

    Raises
    ------
    ValueError, TypeError
        If `n` is out of range or not an integer.

    Examples
    --------
    >>> import fastact as fa
    >>> before = fa.get_num_threads()
    >>> fa.set_num_threads(1)
    >>> fa.get_num_threads()
    1
    >>> fa.set_num_threads(before)
    """
    parallel.set_num_threads(check_threads(n))


def get_num_threads():
    """Return how many threads a call from this thread may use now.

    A limit that threadpoolctl set after fastact was imported is respected.

    Examples
    --------
    >>> import fastact as fa
    >>> fa.get_num_threads() >= 1
    True
    """
    return parallel.get_num_threads()


@contextmanager
def threads(n):
    """Use at most `n` threads inside a ``with`` block, in this thread only.

    Parameters
    ----------
    n : int
        From 1 to 4096.

    Raises
    ------
    ValueError, TypeError
        If `n` is out of range or not an integer.

    Examples
    --------
    >>> import fastact as fa
    >>> with fa.threads(1):
    ...     fa.get_num_threads()
    1
    """
    before = parallel.get_thread_limit()
    parallel.set_thread_limit(check_threads(n))
    try:
        yield
    finally:
        parallel.set_thread_limit(before)


def available_cpus():
    """Return how many CPUs this process may use: those of its affinity mask, at most the cgroup's quota.

    OpenMP binds this thread to the first CPU alone if it binds threads (OMP_PROC_BIND); then it tells how many there were.
    """
    try:
        cpus = parallel.get_bound_cpus() or len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        cpus = os.cpu_count() or 1
    return max(1, min(cpus, _cgroup_quota() or cpus))


def _cgroup_quota():
    """Return how many CPUs the cgroup (version 2, then 1) allows, rounded up; None if there is no limit."""
    try:
        with open("/sys/fs/cgroup/cpu.max") as file:
            quota, period = file.read().split()
    except (OSError, ValueError):
        try:
            with open("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") as file:
                quota = file.read().strip()
            with open("/sys/fs/cgroup/cpu/cpu.cfs_period_us") as file:
                period = file.read().strip()
        except OSError:
            return None
    try:
        return -(-int(quota) // int(period)) if int(quota) > 0 else None
    except (ValueError, ZeroDivisionError):
        return None


def _from_environment():
    """Read FASTACT_ACCURACY, FASTACT_NUM_THREADS and OMP_NUM_THREADS; an invalid value gives a warning."""
    value = os.environ.get("FASTACT_ACCURACY")
    if value:
        try:
            set_accuracy(value)
        except ValueError as error:
            warnings.warn(f"FASTACT_ACCURACY is ignored: {error}", RuntimeWarning, stacklevel=3)
    count = available_cpus()
    for name in ("FASTACT_NUM_THREADS", "OMP_NUM_THREADS"):
        value = os.environ.get(name)
        if not value:
            continue
        try:  # OpenMP allows a list with one number for each level of nesting
            count = check_threads(int(value.split(",")[0]))
            break
        except ValueError:
            if name.startswith("FASTACT"):
                warnings.warn(
                    f"{name} is ignored: it must be an integer from 1 to 4096, not {value!r}",
                    RuntimeWarning, stacklevel=3,
                )
    set_num_threads(count)


_from_environment()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=parallel.after_fork_in_child)


def config():
    """Return what was built, chosen and set, as a dict."""
    return {
        "fastact": __version__,
        "numpy": np.__version__,
        "target": dispatch.target,
        "projections": dispatch.matmul_target,
        "usable targets": list(dispatch.matmul_targets),
        "vector type": dispatch.elementwise.simd,
        "OpenMP": parallel.has_openmp,
        "threads": get_num_threads(),
        "accuracy": get_accuracy(),
    }


def show_config():
    """Print the version, the CPU target in use and those usable, threads and accuracy.

    Examples
    --------
    >>> import fastact as fa
    >>> fa.show_config()  # doctest: +ELLIPSIS
    fastact         ...
    """
    for key, value in config().items():
        if isinstance(value, list):
            value = ", ".join(value)
        print(f"{key:15} {value}")
