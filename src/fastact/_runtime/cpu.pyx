"""What the CPU and the operating system report: cpuid, the saved register state, the permission to use AMX's tiles.

This module has no instructions beyond the baseline.  A target's module must not be imported before its target has
been checked here: importing it runs its code, and Python cannot catch an illegal instruction.
"""

from fastact._runtime import targets

cdef extern from *:
    """
    #include <string.h>
    #if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
    #include <cpuid.h>
    #if defined(__linux__)
    #include <sys/syscall.h>
    #include <unistd.h>
    #endif
    static int read_cpuid(unsigned leaf, unsigned subleaf, unsigned *registers) {
        memset(registers, 0, 4 * sizeof *registers);
        __get_cpuid_count(leaf, subleaf, registers, registers + 1, registers + 2, registers + 3);
        return 1;
    }
    static unsigned long long read_xcr0(void) {
        unsigned eax, edx;
        __asm__ volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
        return eax | (unsigned long long)edx << 32;
    }
    #elif defined(_M_X64) || defined(_M_IX86)
    #include <intrin.h>
    static int read_cpuid(unsigned leaf, unsigned subleaf, unsigned *registers) {
        __cpuid((int *)registers, (int)(leaf & 0x80000000u));
        if (registers[0] < leaf) memset(registers, 0, 4 * sizeof *registers);
        else __cpuidex((int *)registers, (int)leaf, (int)subleaf);
        return 1;
    }
    static unsigned long long read_xcr0(void) { return _xgetbv(0); }
    #else
    static int read_cpuid(unsigned leaf, unsigned subleaf, unsigned *registers) {
        (void)leaf, (void)subleaf, (void)registers;
        return 0;
    }
    static unsigned long long read_xcr0(void) { return 0; }
    #endif
    /* Linux saves the tiles, which are large, only for processes that ask.  Once is enough for all threads. */
    static int ask_for_tiles(void) {
    #if defined(__linux__) && defined(__x86_64__) && defined(SYS_arch_prctl)
        return syscall(SYS_arch_prctl, 0x1023 /* ARCH_REQ_XCOMP_PERM */, 18 /* tile data */) == 0;
    #else
        return 0;
    #endif
    }
    /* What Linux reports of an ARM CPU, AT_HWCAP and AT_HWCAP2.  macOS is asked for the dot products of bytes and of
     * bfloat16; with the former the bits are set for the rest of ARMv8.1, too, which all of Apple's CPUs with it have. */
    #if defined(__aarch64__) && defined(__linux__)
    #include <sys/auxv.h>
    static unsigned long long read_capabilities(int second) { return getauxval(second ? AT_HWCAP2 : AT_HWCAP); }
    #elif defined(__aarch64__) && defined(__APPLE__)
    #include <sys/sysctl.h>
    static unsigned long long read_capabilities(int second) {
        int has = 0;
        size_t size = sizeof has;
        if (sysctlbyname(second ? "hw.optional.arm.FEAT_BF16" : "hw.optional.arm.FEAT_DotProd", &has, &size, NULL, 0) != 0)
            has = 0;
        return !has ? 0 : second ? 1 << 14 : 1 << 7 | 1 << 8 | 1 << 12 | 1 << 20;
    }
    #else
    static unsigned long long read_capabilities(int second) { return second & 0; }
    #endif
    #if defined(FASTACT_SCALAR)
    #define MACHINE "generic"
    #elif defined(__x86_64__) || defined(_M_X64)
    #define MACHINE "x86_64"
    #elif defined(__aarch64__) || defined(_M_ARM64)
    #define MACHINE "aarch64"
    #else
    #define MACHINE "generic"
    #endif
    """
    bint read_cpuid(unsigned leaf, unsigned subleaf, unsigned* registers) nogil
    unsigned long long read_xcr0() nogil
    bint ask_for_tiles() nogil
    unsigned long long read_capabilities(bint second) nogil
    const char* MACHINE

# The architecture that this was compiled for, as the table of targets names it.
machine = MACHINE.decode()


def cpuid(unsigned leaf, unsigned subleaf=0):
    """Return (eax, ebx, ecx, edx), zeros for a leaf that the CPU lacks; or None if it has no cpuid."""
    cdef unsigned[4] found
    return (found[0], found[1], found[2], found[3]) if read_cpuid(leaf, subleaf, found) else None


def saved_state():
    """Return XCR0: which registers the operating system saves.  Only for CPUs with OSXSAVE."""
    return read_xcr0()


def may_use_tiles():
    """Ask Linux for permission to use AMX's tiles; return whether it was given."""
    return bool(ask_for_tiles())


def capabilities():
    """Return AT_HWCAP, the features of an ARM CPU, and from bit 64 on AT_HWCAP2; 0 on other CPUs."""
    return <object>read_capabilities(False) | <object>read_capabilities(True) << 64


def runnable():
    """Return the names of the targets that can run here, best first.  Asks Linux for the tiles if the CPU has AMX."""
    return [target.name for target in targets.runnable(machine, cpuid, saved_state, may_use_tiles, capabilities)]
