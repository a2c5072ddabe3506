# Elements that a table does not cover: they are queued and computed in whole vectors, or, where most elements of
# an array are of this kind, computed beside the table.  The cost depends on their number, hardly on their order.
#
# No branch depends on whether a vector has such an element: if some have and some have not, the CPU cannot predict
# the branch, and a wrong prediction costs as much as computing two or three vectors.  So the loop always
# writes the vector at the end of the queue, and the end moves on only if the vector has such an element.  flush()
# packs the elements together, computes them and puts the results in their places.  Tried: to pack the elements when
# they are queued (0.93 to 1.1 of the speed with AVX-512, 0.82 to 1.1 with AVX2).
from fastact._kernels.simd.buffers cimport FLOAT, min_size, pad
from fastact._kernels.elementwise.kernel cimport Kernel, block_t
from fastact._kernels.elementwise.loops cimport in_double_lanes, role_inputs, role_outputs
from fastact._kernels.simd.vectors cimport (
    f32, load, store, splat_f, compress_f, expand_f, select_f, bit_count, VF_LANES,
)


cdef enum:
    PIECE = 16          # vectors between two looks at the queue
    ROOM = 512          # floats in the queue for each of MAX_QUEUED inputs; more would not fit on a stack of 64 KB
    MAX_ROOM = 160      # vectors in the queue, if the inputs are so few that there is room for more
    PACKED = 256        # elements that flush() computes at a time
    MAX_ARGS = 9        # largest number of inputs and outputs of a kernel
    MAX_INPUTS = 7      # largest number of inputs of a kernel
    MAX_QUEUED = 5      # the largest number of inputs: those of swiglu_clamped
    SETTLED = 256       # number of doubtful elements that are settled at a time
    SETTLED_ARGS = 7    # the largest number of inputs and outputs of a kernel with settle()
    FAR = 1200          # the heat of a queue from which it pays to look for lanes that need no computation (vanishing())
    PATIENCE = 32       # pieces that are queued after BESIDE has turned out to be slower
    WORTH = 8           # sixteenths of the elements of a piece from which BESIDE saves time

# How the elements of the next piece that the table does not cover are computed.  Their number in the piece before
# decides, and the bits are the same in each way.
cdef enum Way:
    SELDOM              # in the queue, by a branch: hardly any vector has one
    QUEUED              # in the queue, without a branch
    BESIDE              # all lanes are computed in both ways, and a mask selects
    ALONE               # there seem to be no others: where this holds, the table is not looked up

cdef struct Vectors:
    float[MAX_QUEUED * ROOM] inputs         # the vectors in the queue; an input begins `stride` floats after the one before
    float[MAX_QUEUED + 2][PACKED + 16] packed
    float[2][PIECE * 16] beside     # results of the block for a whole piece

# The stack of a thread may be small (64 KB), so settle() uses the memory of the queue, which is empty then.  It begins
# at a cache line, because a store that crosses from one line to the next takes twice the time.
cdef extern from *:
    """
    #if defined(__GNUC__)
    #define ALIGNED_TO_LINE __attribute__((aligned(64)))
    #else
    #define ALIGNED_TO_LINE
    #endif
    typedef struct { char bytes[64]; } ALIGNED_TO_LINE line_t;
    """
    ctypedef struct line_t:
        char[64] bytes

cdef union Memory:
    line_t aligned      # this member gives the union its alignment
    Vectors vectors
    double[SETTLED_ARGS][SETTLED + 16] settled

cdef struct Queue:
    const Kernel* kernel    # the kernel of the call
    block_t block       # computes the elements beyond the table
    bint in_double      # whether `block` works in double lanes
    char** args         # the arrays of the call: inputs, then outputs
    int role            # one of the roles in loops.pxd
    int nin             # number of inputs, parameters included
    int nout            # number of outputs
    int parameter       # index of the first input that is a parameter
    Py_ssize_t same     # the mask of parameters_index()
    Py_ssize_t stride   # number of floats that each input has in the queue
    int count           # number of vectors in the queue
    char* base[2]       # the outputs that places in the queue are counted from
    Py_ssize_t shift    # distance in elements from there to the outputs of this call
    int way             # one of Way
    int heat            # 128 times the number of vectors that a piece queues, a moving average over some 8 pieces
    int patience        # number of pieces for which `way` stays QUEUED
    int lanes           # number of elements of this piece that the table does not cover, if it is computed BESIDE
    # Of the vectors in the queue: the lanes that are beyond the table, as a mask (16 bits), and above it the distance in
    # elements from `base` to the place of the results.
    Py_ssize_t[MAX_ROOM] entry
    Memory memory


cdef inline void start_queue(
    Queue* queue, block_t block, bint in_double, int role, int parameters, Py_ssize_t same, char** args,
) noexcept nogil:
    """Begin a call.  The queue may hold vectors of calls before, if their outputs belong to the same arrays."""
    queue.block, queue.in_double, queue.role, queue.args = block, in_double, role, args
    queue.nin, queue.nout = role_inputs(role) + parameters, role_outputs(role)
    queue.parameter, queue.same = role_inputs(role), same
    # A flush costs some mispredicted branches, so it should be seldom: few inputs get more room each.
    queue.stride = min_size(MAX_ROOM, MAX_QUEUED * ROOM // (queue.nin * VF_LANES)) * VF_LANES
    if queue.count == 0:
        queue.base[0], queue.base[1] = args[queue.nin], args[queue.nin + queue.nout - 1]
    queue.shift = (args[queue.nin] - queue.base[0]) >> 2


cdef inline char* queued_input(Queue* queue, int j) noexcept nogil:
    return <char*>&queue.memory.vectors.inputs[j * queue.stride]


cdef void in_doubles(block_t block, int role, int nin, int nout, char** args, Py_ssize_t i, unsigned int mask) noexcept nogil:
    """Compute the lanes in the mask, of the vectors at element i, by a block of double lanes."""
    cdef double[MAX_QUEUED + 2][16] values
    cdef char* block_args[MAX_QUEUED + 2]
    cdef int j, k
    for j in range(nin + nout):
        block_args[j] = <char*>values[j]
        if j < nin:
            for k in range(VF_LANES):
                values[j][k] = (<float*>args[j])[i + k]
    block(NULL, NULL, in_double_lanes(role), block_args, VF_LANES)
    for j in range(nin, nin + nout):
        for k in range(VF_LANES):
            if mask >> k & 1:
                (<float*>args[j])[i + k] = <float>values[j][k]


cdef void compute_packed(Queue* queue, int first, int last, int count) noexcept nogil:
    """Compute the `count` elements that are packed and belong to the vectors first .. last of the queue."""
    cdef char* block_args[MAX_QUEUED + 2]
    cdef Py_ssize_t padded = (count + VF_LANES - 1) // VF_LANES * VF_LANES
    cdef f32 like = splat_f(0)
    cdef float* out
    cdef unsigned int mask
    cdef int e, j, next
    for j in range(queue.nin + queue.nout):
        block_args[j] = <char*>queue.memory.vectors.packed[j]
        if j < queue.nin:
            pad(block_args[j], FLOAT, count, padded, 1)
    if queue.in_double:
        for e in range(<int>(padded // VF_LANES)):
            in_doubles(queue.block, queue.role, queue.nin, queue.nout, block_args, e * VF_LANES, 0xffff)
    else:
        queue.block(queue, NULL, queue.role, block_args, padded)
    for j in range(queue.nout):
        next = 0
        for e in range(first, last):
            out, mask = <float*>queue.base[j] + (queue.entry[e] >> 16), queue.entry[e] & 0xffff
            store(out, 0, expand_f(&queue.memory.vectors.packed[queue.nin + j][next], mask, load(like, out, 0)))
            next += bit_count(mask)


cdef void flush(Queue* queue) noexcept nogil:
    """Compute what is in the queue.  The table's results must have been stored."""
    cdef f32 like = splat_f(0)
    cdef unsigned int mask
    cdef int e, j, first = 0, packed = 0
    for e in range(queue.count):
        mask = queue.entry[e] & 0xffff
        for j in range(queue.nin):
            compress_f(&queue.memory.vectors.packed[j][packed], mask, load(like, queued_input(queue, j), e * VF_LANES))
        packed += bit_count(mask)
        if packed > PACKED - 16:
            compute_packed(queue, first, e + 1, packed)
            first, packed = e + 1, 0
    if packed:
        compute_packed(queue, first, queue.count, packed)
    queue.count = 0


cdef void compute_beside(Queue* queue, Py_ssize_t i, Py_ssize_t n) noexcept nogil:
    """Compute the n elements from i on by the block; the results go to `beside`.

    They cannot go where they belong: in a call in place the block would read them instead of its inputs.
    """
    cdef char* block_args[MAX_QUEUED + 2]
    cdef int j
    cdef Py_ssize_t k
    for j in range(queue.nin):
        block_args[j] = queue.args[j] + i * <Py_ssize_t>sizeof(float)
        if j >= queue.parameter and queue.same == 0:
            block_args[j] = queued_input(queue, j)      # the block takes no uniform parameter; the queue is empty
            for k in range(n // VF_LANES):
                store(block_args[j], k * VF_LANES, load(splat_f(0), queue.args[j], 0))
    for j in range(queue.nin, queue.nin + queue.nout):
        block_args[j] = <char*>queue.memory.vectors.beside[j - queue.nin]
    queue.block(queue, NULL, queue.role, block_args, n)


cdef inline int begin_piece(Queue* queue, int count, Py_ssize_t i, Py_ssize_t n) noexcept nogil:
    """Prepare for the n elements from i on; `count` is the number of vectors in the queue, and so is the result."""
    if queue.way == BESIDE or count > queue.stride // VF_LANES - PIECE:
        queue.count = count
        flush(queue)
        count = 0
        if queue.way == BESIDE:
            queue.lanes = 0
            compute_beside(queue, i, n)
    return count


cdef inline void end_piece(Queue* queue, int queued) noexcept nogil:
    """Choose the way of the next piece; `queued` is the number of vectors of this piece that were queued."""
    if queue.way <= QUEUED:
        queue.patience -= 1
        # The branch pays up to one vector in a piece, on the average of the last pieces.
        queue.heat += 16 * queued - (queue.heat >> 3)
        queue.way = QUEUED if queue.heat >= 128 else SELDOM
        if queued == PIECE and queue.patience <= 0 and not queue.in_double:
            queue.way = BESIDE
    elif queue.lanes == PIECE * VF_LANES:
        queue.way = ALONE
    elif queue.lanes < WORTH * VF_LANES:
        queue.way, queue.patience = QUEUED, PATIENCE


cdef inline int enqueue(
    Queue* queue, int count, unsigned int mask, Py_ssize_t place, int nin, f32 v, f32 w, f32 x, f32 y,
) noexcept nogil:
    """Write a vector of each input at the end of the queue; they stay there if the mask is not 0."""
    store(queued_input(queue, 0), count * VF_LANES, v)
    if nin > 1:
        store(queued_input(queue, 1), count * VF_LANES, w)
    if nin > 2:
        store(queued_input(queue, 2), count * VF_LANES, x)
    if nin > 3:
        store(queued_input(queue, 3), count * VF_LANES, y)
    queue.entry[count] = place << 16 | mask & 0xffff
    return count + (mask & 0xffff != 0)


cdef inline void select_beside(Queue* queue, unsigned int mask, Py_ssize_t k, f32* y, f32* z) noexcept nogil:
    """Replace the lanes in the mask, in element k of the piece, by the results of compute_beside(); z may be null."""
    y[0] = select_f(mask, load(y[0], queue.memory.vectors.beside[0], k), y[0])
    if z != NULL:
        z[0] = select_f(mask, load(z[0], queue.memory.vectors.beside[1], k), z[0])
    queue.lanes += bit_count(mask)
