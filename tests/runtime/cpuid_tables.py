"""Made-up CPUs: dictionaries (leaf, subleaf) -> (eax, ebx, ecx, edx), and a function that reads one as cpu.cpuid does."""

NONE = (0, 0, 0, 0)
EAX, EBX, ECX, EDX = range(4)


def maker(name, most):
    """Leaf 0 of a maker: its name in twelve letters, and the largest leaf."""
    b, d, c = (int.from_bytes(name[i:i + 4].encode(), "little") for i in (0, 4, 8))
    return most, b, c, d


def reader(table):
    """(leaf, subleaf) -> registers: zeros for what the table lacks and for leaves above its largest one."""
    def cpuid(leaf, subleaf):
        most = table.get((leaf & 0x80000000, 0), NONE)[EAX]
        return table.get((leaf, subleaf), NONE) if leaf <= most else NONE
    return cpuid
