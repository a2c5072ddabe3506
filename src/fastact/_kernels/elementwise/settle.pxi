# Correct rounding to half precision.  Results of float lanes whose rounding is doubtful are listed and
# computed again in double lanes.


cdef inline int list_doubtful(
    const Kernel* kernel, int lost, float least, bint of_function, char** block_args, Py_ssize_t* start, Py_ssize_t n,
    int* lane,
) noexcept nogil:
    """List the indices of the next elements, up to SETTLED, whose rounding to the storage type is doubtful.

    The error of a float result is at most kernel.slack steps.  If all numbers within this distance round to
    the same half, it is correctly rounded.  Near a root of a derivative only its absolute error is bounded, so
    every result below kernel.dip is doubtful.  The choice of elements depends on their values alone.
    """
    cdef f32 like = splat_f(0), y, factor, low
    cdef unsigned int mask, slack = kernel.slack
    cdef unsigned long long group       # a mask of the lanes of four vectors
    cdef int count = 0, shift
    cdef char* first = block_args[kernel.nin]
    cdef Py_ssize_t i = start[0], begin, end
    # Kernels with a large slack, mainly bfloat16's by table, lose up to a tenth by lists of four vectors.
    # Four vectors are looked at together, where it is likely that none of them has a doubtful result.
    cdef bint together = 0 < slack <= (1u << (lost - 10)) and kernel.dip == 0 and kernel.role != GATED_BACKWARD
    while count <= SETTLED - 4 * VF_LANES:
        if together:
            i = skip_certain_f(first, i, n, lost, slack, least)
        elif slack == 0:
            i = skip_larger_f(block_args[0], i, n, 2 * least)
        if i >= n:
            break
        begin, end = i, min_size(n, i + 4 * VF_LANES)
        group = shift = 0
        while i < end:
            y = load(like, first, i)
            # Without slack only results that are subnormal in the half type are doubtful.
            mask = doubtful_f(y, lost, slack, least) if slack else tiny_f(load(like, block_args[0], i), 2 * least)
            if kernel.role == ADDED and mask:
                # Most sums of two half-precision numbers are exact, and then the error is that of the function.
                two_sum(load(like, block_args[0], i), load(like, block_args[1], i), &factor, &low)
                mask &= tiny_f(low, 3.4028234663852886e38) | doubtful_f(y, lost, EXACT_SLACK, least)
            if of_function and kernel.dip != 0:     # below it the fast variant has a large relative error, except at x = 0
                mask |= less_f(abs(y), splat(like, kernel.dip)) & tiny_f(load(like, block_args[0], i), 3.4028234663852886e38)
            elif kernel.dip != 0:
                factor = splat(like, kernel.dip)
                if kernel.role != DERIVATIVE:
                    factor = factor * load(like, block_args[0], i)
                if kernel.role == GATED_BACKWARD:
                    factor = factor * load(like, block_args[2], i)
                mask |= less_f(abs(y), abs(factor))
            if not of_function and kernel.role == GATED_BACKWARD:
                # An infinite result is doubtful: grad * up may overflow where grad * up times a small derivative does not.
                mask |= not_finite_f(y) | doubtful_f(load(like, block_args[kernel.nin + 1], i), lost, slack, least)
            group |= <unsigned long long>mask << shift
            shift += VF_LANES
            i += VF_LANES
        if group:
            count += list_lanes(&lane[count], group, <int>begin)
    start[0] = i
    while count > 0 and lane[count - 1] >= n:       # padding
        count -= 1
    return count


cdef Py_ssize_t settle(
    const Kernel* kernel, char** args, const Py_ssize_t* steps, const int* way, Py_ssize_t start, Py_ssize_t n,
    char** block_args, Queue* queue, bint everything,
) noexcept nogil:
    """Round results correctly to a half type: double lanes compute the doubtful ones again.

    These are a thousandth of the results in float16, and fewer in bfloat16; among them are ties, for which
    double lanes are no worse.  Returns the number of doubtful results.  The queue must be empty.
    """
    cdef int[SETTLED + 16] lane
    cdef uint16_t[SETTLED] rounded
    cdef char* value_args[MAX_ARGS]
    cdef Py_ssize_t done = 0, total = 0, padded
    cdef int count, i, j
    cdef bint of_function = kernel.role == FORWARD or kernel.role == GATED or kernel.role == ADDED
    for j in range(kernel.nargs):
        value_args[j] = <char*>queue.memory.settled[j]
    while done < n:
        if everything:
            count = <int>min_size(SETTLED, n - done)
            done += count
        elif kernel.storage == HALF and of_function:
            count = list_doubtful(kernel, HALF_LOST, HALF_LEAST, True, block_args, &done, n, lane)
        elif kernel.storage == HALF:
            count = list_doubtful(kernel, HALF_LOST, HALF_LEAST, False, block_args, &done, n, lane)
        elif of_function:
            count = list_doubtful(kernel, BFLOAT_LOST, BFLOAT_LEAST, True, block_args, &done, n, lane)
        else:
            count = list_doubtful(kernel, BFLOAT_LOST, BFLOAT_LEAST, False, block_args, &done, n, lane)
        if count == 0:
            continue
        total += count
        padded = (count + VD_LANES - 1) // VD_LANES * VD_LANES
        for j in range(kernel.nin):
            if way[j] == ONE_VECTOR:
                gather(FLOAT, DOUBLE, block_args[j], 0, count, value_args[j])
            elif everything:
                gather(FLOAT, DOUBLE, block_args[j] + (done - count) * sizeof(float), sizeof(float), count, value_args[j])
            else:
                for i in range(count):
                    queue.memory.settled[j][i] = (<float*>block_args[j])[lane[i]]
            pad(value_args[j], DOUBLE, count, padded, 1)
        kernel.settle(NULL, NULL, kernel.role, value_args, padded)
        for j in range(kernel.nin, kernel.nargs):
            if everything:
                scatter(kernel.storage, DOUBLE, value_args[j], args[j] + (start + done - count) * steps[j], steps[j], count)
                continue
            scatter(kernel.storage, DOUBLE, value_args[j], <char*>rounded, sizeof(uint16_t), count)
            for i in range(count):
                (<uint16_t*>(args[j] + (start + lane[i]) * steps[j]))[0] = rounded[i]
    return total


cdef void unsigned_zeros(
    const Kernel* kernel, char** args, const Py_ssize_t* steps, Py_ssize_t start, Py_ssize_t n
) noexcept nogil:
    """Turn -0 into +0 in gradients of a half type.

    Where a gradient underflows or is multiplied by 0, float and double lanes may give different signs, and the
    neighbours of an element decide whether float or double lanes compute it.
    """
    cdef Py_ssize_t i, step
    cdef uint16_t* y
    cdef int j
    for j in range(kernel.nin, kernel.nargs):
        y = <uint16_t*>(args[j] + start * steps[j])
        step = steps[j] // 2
        if step == 1:
            for i in range(n):
                y[i] = 0 if y[i] == 0x8000 else y[i]
        else:
            for i in range(n):
                if y[i * step] == 0x8000:
                    y[i * step] = 0
