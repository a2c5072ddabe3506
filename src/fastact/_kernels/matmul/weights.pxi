# Weights and biases in the order in which the tiles read them.
#
# A packed form is one such order together with the type of its entries; several formats of weights may share a
# form.  If an entry of a form is not one element of one k, as with integers and scales, the form needs its own
# `panel_bytes` and its own copy function beside `copy_weights`.

cdef extern from "room.h" nogil:
    enum:
        ROOM_PAGE       # bytes of a huge page
    void want_huge_pages(void* p, size_t size)

# The packed forms, by the names that fastact._formats gives them, and the type of their entries.
packed_forms = {"float32": FLOAT, "float16": HALF, "bfloat16": BFLOAT}


# The order of a packed form along the depth.
cdef struct Order:
    Py_ssize_t block            # number of k of one vector that are stored together, before those of the next vector
    Py_ssize_t group            # number of k of one column, within a block, that are stored together


cdef Order order_of(int storage) noexcept nogil:
    """The order of weights of this type: 32 k (a step of AMX), a pair of k, or one k at a time."""
    cdef Order order
    order.block = order.group = 1
    if storage == BFLOAT:
        order.block = order.group = 2
        if kind_of(storage, BFLOAT) == TILES:
            order.block = 2 * LINE
    return order


cdef inline Py_ssize_t entry_at(
    Order order, Py_ssize_t vector, Py_ssize_t lane, Py_ssize_t k,
) noexcept nogil:
    """The index of an element in its panel."""
    return ((k // order.block * 2 + vector) * order.block + k % order.block // order.group * order.group) * VF_LANES \
        + lane * order.group + k % order.group


# Lanes of a vector, block and group of each packed form, the arguments of `Layout` in fastact._layers.files.
layouts = {name: (VF_LANES, order_of(storage).block, order_of(storage).group) for name, storage in packed_forms.items()}


cdef aligned_zeros(Py_ssize_t size, dtype):
    """An array of zeros that starts at a cache line, or at a huge page if it is large.

    With small pages 46 MB of weights and 14 rows took twice as long, and AMX took a third more time (1.5 MB, 256
    rows).  NumPy asks for huge pages from 4 MB on only.
    """
    cdef Py_ssize_t nbytes = size * np.dtype(dtype).itemsize
    cdef Py_ssize_t align = ROOM_PAGE if nbytes >= ROOM_PAGE // 2 else CACHE_LINE
    room = np.zeros((ceil_div(nbytes, align) + 1) * align // np.dtype(dtype).itemsize, dtype)
    cdef char* start = <char*>cnp.PyArray_DATA(room)
    cdef Py_ssize_t skip = (align - <Py_ssize_t>(<size_t>start % align)) % align
    if align == ROOM_PAGE:
        want_huge_pages(start + skip, ceil_div(nbytes, align) * align)
    return room[skip // room.itemsize:][:size]


def room_for(Py_ssize_t size):
    """Bytes, zeros, for packed weights: see `aligned_zeros`."""
    return aligned_zeros(size, np.uint8)


cdef class AnyPacked:
    """The packed weights and biases of a product: what all forms share."""
    cdef readonly Py_ssize_t operands
    cdef readonly Py_ssize_t in_features
    cdef readonly Py_ssize_t out_features
    cdef Py_ssize_t panels
    cdef int storage            # type of the entries, of buffers.pxd, or CODED
    cdef cnp.ndarray bias
    cdef bint has_bias          # whether a bias is not zero
    cdef list units             # the weights by unit, or None
    cdef int known_finite       # whether all weights are finite: 1 or 2 for no or yes, 0 if nobody has asked yet

    @property
    def finite(self):
        """Whether no weight is infinite or NaN; the weights are read once for it."""
        if self.known_finite == 0:
            self.known_finite = 1 + self.find_finite()
        return self.known_finite == 2

    cdef bint find_finite(self) noexcept:
        return False            # replaced by the forms

    def by_unit(self):
        """For each matrix its weights by unit, see chosen.pxi: bytes, a row each.  They are made once and kept."""
        # Calls of other threads may have pointers into the list that is kept, so it is never replaced.  While it is made
        # another thread may make one, too; the first one stays.
        cdef list made
        if self.units is None:
            made = self.make_units()
            with cython.critical_section(self):     # of Pythons without GIL
                if self.units is None:
                    self.units = made
        return self.units

    cdef make_units(self):
        return []               # replaced by the forms

    cdef Py_ssize_t unit_bytes(self):
        """Bytes of the weights by unit, if they have been made."""
        return sum(array.nbytes for array in self.units or ())

    cdef set_bias(self, biases):
        """Take packed biases, or pack those of each matrix."""
        cdef Py_ssize_t size = self.panels * 2 * VF_LANES
        if isinstance(biases, np.ndarray):
            flags = biases.flags
            if biases.dtype != np.float32 or biases.shape != (size,) or not flags.c_contiguous or not flags.aligned:
                raise ValueError("the packed arrays do not fit these features")
            self.bias = biases
            self.has_bias = bool(np.any(biases.view(np.uint32)))
            return
        self.bias = aligned_zeros(size, np.float32)
        self.has_bias = any(bias is not None for bias in biases)
        for operand, bias in enumerate(biases):
            if bias is not None:
                self.copy_bias(bias, operand, False)

    cdef void copy_bias(self, const float[:] values, Py_ssize_t operand, bint unpack):
        """Copy the biases of one operand into their place, or back."""
        cdef float* packed = <float*>cnp.PyArray_DATA(self.bias)
        cdef Py_ssize_t vectors = 2 // self.operands, column, vector, at
        for column in range(self.out_features):
            vector = column // VF_LANES
            at = (vector // vectors * 2 + operand + vector % vectors) * VF_LANES + column % VF_LANES
            if unpack:
                (<float*>&values[column])[0] = packed[at]
            else:
                packed[at] = values[column]

    def biases(self):
        """Return the biases of each matrix."""
        found = []
        for operand in range(self.operands):
            found.append(np.empty(self.out_features, np.float32))
            self.copy_bias(found[operand], operand, True)
        return found


cdef class Packed(AnyPacked):
    """The weights and biases of a product, in the order in which the tiles read them.

    Parameters
    ----------
    matrices : sequence of float32 ndarray, shape (out_features, in_features)
        One matrix, or gate and up.  They may have any strides and may be read-only.
    biases : sequence of (float32 ndarray, shape (out_features,), or None)
        One for each matrix.
    format : fastact._formats.Format
        How the weights are stored.
    room : callable, optional
        bytes -> uint8 ndarray of zeros that starts at a cache line, for the weights.
    """
    cdef readonly object format
    cdef Order order
    cdef cnp.ndarray weights

    def __init__(self, matrices, biases, format, room=room_for):
        out_features, in_features = matrices[0].shape
        self.describe(len(matrices), in_features, out_features, format)
        self.weights = room(self.weight_count() * format.stored.itemsize).view(format.stored)
        self.set_bias(biases)
        for operand, matrix in enumerate(matrices):
            self.copy_weights(matrix, operand, False)

    cdef describe(self, Py_ssize_t operands, Py_ssize_t in_features, Py_ssize_t out_features, format):
        """Set everything but the arrays."""
        self.operands, self.in_features, self.out_features = operands, in_features, out_features
        self.format = format
        self.storage = packed_forms[format.packed_form]
        if format.stored.itemsize != itemsize(self.storage):
            raise ValueError(
                f"entries of {format.stored.itemsize} bytes do not make the packed form {format.packed_form!r}")
        self.order = order_of(self.storage)
        self.panels = ceil_div(out_features * operands, 2 * VF_LANES)

    cdef Py_ssize_t padded_depth(self) noexcept nogil:
        """in_features, rounded up to whole blocks."""
        return ceil_div(self.in_features, self.order.block) * self.order.block

    cdef Py_ssize_t panel_bytes(self) noexcept nogil:
        """Bytes of a panel of weights."""
        return self.padded_depth() * 2 * VF_LANES * itemsize(self.storage)

    cdef Py_ssize_t weight_count(self) noexcept nogil:
        """Entries of all panels."""
        return self.panels * self.panel_bytes() // itemsize(self.storage)

    cdef bint find_finite(self) noexcept:
        cdef uint32_t exponent = 0x7f800000 if self.storage == FLOAT else 0x7c00 if self.storage == HALF else 0x7f80
        return finite_entries(<const char*>cnp.PyArray_DATA(self.weights), self.weight_count(), itemsize(self.storage), exponent)

    cdef make_units(self):
        cdef Py_ssize_t size = itemsize(self.storage), depth = self.padded_depth(), vectors = 2 // self.operands
        cdef Py_ssize_t row = ceil_div(depth * size, CACHE_LINE) * CACHE_LINE, operand, unit, k, group = self.order.group
        cdef const char* panel
        cdef char* to
        found = []
        for operand in range(self.operands):
            by_unit = aligned_zeros(self.out_features * row, np.uint8).reshape(self.out_features, row)
            for unit in range(self.out_features):
                panel = <const char*>cnp.PyArray_DATA(self.weights) + unit // (vectors * VF_LANES) * self.panel_bytes()
                to = <char*>cnp.PyArray_DATA(by_unit) + unit * row
                for k in range(0, depth, group):
                    memcpy(to + k * size, panel + size * entry_at(
                        self.order, operand + unit // VF_LANES % vectors, unit % VF_LANES, k), size * group)
            found.append(by_unit[:, :depth * size])
        return found

    cdef void copy_weights(self, const float[:, :] matrix, Py_ssize_t operand, bint unpack):
        """Copy the matrix (out_features, in_features) of one operand into its place, or back."""
        cdef Py_ssize_t vectors = 2 // self.operands, size = itemsize(self.storage)
        cdef Py_ssize_t panel, line, start, v, lane, column, count, i
        cdef Order order = self.order
        cdef float[32] values
        cdef uint16_t[32] rounded
        cdef char* stored = <char*>rounded if size == 2 else <char*>values
        cdef char* base
        cdef char* p
        for panel in range(self.panels):
            # It copies 32 k of each column in turn, so that no cache line of either side is loaded twice.
            base = <char*>cnp.PyArray_DATA(self.weights) + panel * self.panel_bytes()
            for line in range(ceil_div(self.in_features, 32)):
                start = line * 32
                count = smaller(32, self.in_features - start)
                for v in range(vectors):
                    for lane in range(VF_LANES):
                        column = (panel * vectors + v) * VF_LANES + lane
                        if column >= self.out_features:
                            continue
                        if not unpack:
                            gather(FLOAT, FLOAT, <const char*>&matrix[column, start], matrix.strides[1], count,
                                   <char*>values)
                            if size == 2:
                                scatter(self.storage, FLOAT, <const char*>values, <char*>rounded, 2, count)
                        for i in range(count):
                            p = base + size * entry_at(order, operand + v, lane, start + i)
                            if unpack:      # from memory that may be read-only
                                memcpy(stored + i * size, p, size)
                            else:
                                memcpy(p, stored + i * size, size)
                        if unpack:
                            if size == 2:
                                gather(self.storage, FLOAT, <const char*>rounded, 2, count, <char*>values)
                            scatter(FLOAT, FLOAT, <const char*>values, <char*>&matrix[column, start],
                                    matrix.strides[1], count)

    def unpack(self):
        """Return the matrices and the biases in float32, as lists."""
        matrices = []
        for operand in range(self.operands):
            matrices.append(np.empty((self.out_features, self.in_features), np.float32))
            self.copy_weights(matrices[operand], operand, True)
        return matrices, self.biases()

    @staticmethod
    def over(operands, in_features, out_features, weights, bias, format):
        """Return a Packed that uses the arrays that `arrays` returned, without a copy; they may be read-only."""
        cdef Packed packed = Packed.__new__(Packed)
        packed.describe(operands, in_features, out_features, format)
        flags = weights.flags
        if (weights.dtype != format.stored or weights.shape != (packed.weight_count(),) or not flags.c_contiguous
                or not flags.aligned):
            raise ValueError("the packed arrays do not fit these features")
        packed.weights = weights
        packed.set_bias(bias)
        return packed

    def arrays(self):
        """Return the packed weights and biases without a copy.  `layouts` describes their order."""
        return self.weights, self.bias

    @property
    def nbytes(self):
        """Bytes of the packed weights and biases, and of the weights by unit."""
        return self.weights.nbytes + self.bias.nbytes + self.unit_bytes()


cdef void describe_weights(Weights* weights, AnyPacked packed) noexcept:
    """Fill in the sizes and addresses of the packed weights and biases."""
    weights.operands = packed.operands
    weights.depth = packed.in_features
    weights.columns = packed.out_features
    weights.panels = packed.panels
    weights.bias = <const float*>cnp.PyArray_DATA(packed.bias)
    weights.has_bias = packed.has_bias
    if packed.storage == CODED:
        (<PackedCodes>packed).describe_codes(weights)
    else:
        weights.panel_bytes = (<Packed>packed).panel_bytes()
        weights.data = <const char*>cnp.PyArray_DATA((<Packed>packed).weights)
