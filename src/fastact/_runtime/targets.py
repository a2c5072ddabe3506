"""The table of CPU targets: how each is compiled, and what a CPU and its operating system need to run it.

setup.py reads this file without the package, so it imports nothing from the package.  The table is in order of
preference: the first target that was built and that the CPU can run is used.
"""

from dataclasses import dataclass

# Bits of XCR0, the register state that the operating system saves for each thread.
STATE_AVX = 0x6
STATE_AVX512 = 0xE6
STATE_AMX = 0x60000

# CPU features: (leaf and subleaf of cpuid; register, where 0 is eax, 1 ebx, 2 ecx and 3 edx; bits).
FEATURES_V3 = (
    # SSE3, SSSE3, FMA, CMPXCHG16B, SSE4.1, SSE4.2, MOVBE, POPCNT, OSXSAVE, AVX, F16C
    (1, 0, 2, 1 << 0 | 1 << 9 | 1 << 12 | 1 << 13 | 1 << 19 | 1 << 20 | 1 << 22 | 1 << 23 | 1 << 27 | 1 << 28 | 1 << 29),
    (7, 0, 1, 1 << 3 | 1 << 5 | 1 << 8),  # BMI1, AVX2, BMI2
    (0x80000001, 0, 2, 1 << 0 | 1 << 5),  # LAHF, LZCNT
)
FEATURES_VNNI = (*FEATURES_V3, (7, 1, 0, 1 << 4))  # AVX-VNNI
FEATURES_V4 = (*FEATURES_V3, (7, 0, 1, 1 << 16 | 1 << 17 | 1 << 28 | 1 << 30 | 1 << 31))  # AVX512 F, DQ, CD, BW, VL
FEATURES_BF16 = (*FEATURES_V4, (7, 0, 2, 1 << 11), (7, 1, 0, 1 << 5))  # AVX512-VNNI, which all such CPUs have; AVX512-BF16
FEATURES_AMX = (*FEATURES_BF16, (7, 0, 3, 1 << 22 | 1 << 24 | 1 << 25))  # AMX-BF16, AMX-TILE, AMX-INT8

# Bits of AT_HWCAP, where Linux reports an ARM CPU's features, and from bit 64 on those of AT_HWCAP2.
CAPABILITIES_DOTPROD = 1 << 7 | 1 << 8 | 1 << 12 | 1 << 20  # CRC32, ATOMICS and ASIMDRDM (of ARMv8.1), ASIMDDP (SDOT)
CAPABILITIES_ARM_BF16 = CAPABILITIES_DOTPROD | 1 << 64 + 14  # BF16 (BFDOT)
# I8MM (SMMLA).  ARMv8.6 has both, as have Neoverse V1 and N2, so that no target has I8MM alone.
CAPABILITIES_I8MM = CAPABILITIES_ARM_BF16 | 1 << 64 + 13

# By default the compiler's own vectoriser uses only half of a register for x86-64-v4.
FLAGS_V4 = ("-march=x86-64-v4", "-mprefer-vector-width=512")


@dataclass(frozen=True)
class Target:
    """A CPU target: one compilation of the kernels.

    Attributes
    ----------
    name : str
        The value of FASTACT_TARGET that selects the target.
    machine : str
        The architecture, as in the platform's name; "" for all architectures that the table does not name.
    flags : tuple of str
        Options for GCC and Clang.
    features : tuple of (leaf, subleaf, register, bits)
        What cpuid must report.
    state : int
        Bits of XCR0 that must be set, which means that the operating system saves these registers.
    capabilities : int
        Bits of AT_HWCAP, and from bit 64 on of AT_HWCAP2, that must be set (ARM).
    asks_for_tiles : bool
        Whether the process must ask Linux for permission to use AMX's tiles.
    base : str
        The target that supplies all other kernels, if this one has kernels for matrix products only; otherwise "".
    """

    name: str
    machine: str
    flags: tuple = ()
    features: tuple = ()
    state: int = 0
    capabilities: int = 0
    asks_for_tiles: bool = False
    base: str = ""

    @property
    def suffix(self):
        """The name of the target's modules."""
        return self.name.replace("-", "_")


TARGETS = (
    Target("x86-64-v4-amx", "x86_64", (*FLAGS_V4, "-mavx512vnni", "-mavx512bf16", "-mamx-tile", "-mamx-bf16", "-mamx-int8"),
           FEATURES_AMX, STATE_AVX512 | STATE_AMX, asks_for_tiles=True, base="x86-64-v4"),
    Target("x86-64-v4-bf16", "x86_64", (*FLAGS_V4, "-mavx512vnni", "-mavx512bf16"), FEATURES_BF16,
           STATE_AVX512, base="x86-64-v4"),
    Target("x86-64-v4", "x86_64", FLAGS_V4, FEATURES_V4, STATE_AVX512),
    Target("x86-64-v3-vnni", "x86_64", ("-march=x86-64-v3", "-mavxvnni"), FEATURES_VNNI, STATE_AVX, base="x86-64-v3"),
    Target("x86-64-v3", "x86_64", ("-march=x86-64-v3",), FEATURES_V3, STATE_AVX),
    Target("x86-64", "x86_64"),
    Target("aarch64-i8mm", "aarch64", ("-march=armv8.2-a+dotprod+bf16+i8mm",), capabilities=CAPABILITIES_I8MM,
           base="aarch64"),
    Target("aarch64-bf16", "aarch64", ("-march=armv8.2-a+dotprod+bf16",), capabilities=CAPABILITIES_ARM_BF16,
           base="aarch64"),
    Target("aarch64-dotprod", "aarch64", ("-march=armv8.2-a+dotprod",), capabilities=CAPABILITIES_DOTPROD,
           base="aarch64"),
    Target("aarch64", "aarch64"),
    Target("generic", ""),
)
BY_NAME = {target.name: target for target in TARGETS}
# Targets without fused multiply-adds: each product is rounded before it is added.
WITHOUT_FMA = ("x86-64", "generic")


def of_machine(machine):
    """The targets of an architecture, best first."""
    return [target for target in TARGETS if target.machine == machine] or [BY_NAME["generic"]]


def runnable(machine, cpuid, saved_state, may_use_tiles, capabilities):
    """The targets that a CPU and its operating system can run, best first.

    Parameters
    ----------
    machine : str
        The architecture.
    cpuid : callable
        (leaf, subleaf) -> (eax, ebx, ecx, edx), zeros for a leaf that the CPU lacks; or None if it has no cpuid.
    saved_state : callable
        () -> XCR0.  Called only if the CPU has this register (OSXSAVE).
    may_use_tiles : callable
        () -> whether the operating system permits the use of tiles.  Called only if nothing else is missing.
    capabilities : callable
        () -> AT_HWCAP, and from bit 64 on AT_HWCAP2.  Called only for targets that need some of it.

    Returns
    -------
    list of Target
    """
    has_state = bool((cpuid(1, 0) or (0, 0, 0, 0))[2] & 1 << 27)
    state = saved_state() if has_state else 0

    def has(leaf, subleaf, register, bits):
        return (cpuid(leaf, subleaf) or (0, 0, 0, 0))[register] & bits == bits

    return [
        target for target in of_machine(machine)
        if state & target.state == target.state and all(has(*feature) for feature in target.features)
        and (not target.capabilities or capabilities() & target.capabilities == target.capabilities)
        and (not target.asks_for_tiles or may_use_tiles())
    ]
