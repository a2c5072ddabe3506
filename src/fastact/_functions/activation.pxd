from fastact._functions.base cimport CatalogueFunction

cdef class Activation(CatalogueFunction):
    pass

cdef list bind_parameters(entry, str caller, list operands, tuple data, tuple args, dict named, dtype)
cdef object weak_dtype(tuple data, dtype)
