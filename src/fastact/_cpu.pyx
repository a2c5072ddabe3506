"""Which targets this CPU and operating system can run, and what cpuid says.  Baseline code only.

A target's module is imported only after this check: its code runs at import, and an illegal
instruction is no exception that could be caught.
"""

cdef extern from *:
    """
    #include <string.h>
    #if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
    #include <cpuid.h>
    #endif
    #if defined(__x86_64__) && defined(__GNUC__)
    #if defined(__linux__)
    #include <sys/syscall.h>
    #include <unistd.h>
    #endif
    /* The operating system must save the wide registers: XCR0, read by xgetbv. */
    static unsigned long long saved_state(void) {
        unsigned eax, ebx, ecx, edx;
        if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & bit_OSXSAVE)) return 0;
        __asm__ volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
        return eax | (unsigned long long)edx << 32;
    }
    /* The features that gcc's and clang's -march=x86-64-v3 and -v4 turn on, level 2 included;
       read by cpuid because compilers differ in which level names __builtin_cpu_supports takes. */
    static int supports_v3(void) {
        unsigned a, b, c, d, a7, b7, c7, d7, a8, b8, c8, d8;
        const unsigned leaf1 = bit_SSE3 | bit_SSSE3 | bit_SSE4_1 | bit_SSE4_2 | bit_POPCNT
            | bit_CMPXCHG16B | bit_AVX | bit_F16C | bit_FMA | bit_MOVBE | bit_OSXSAVE;
        const unsigned leaf7 = bit_AVX2 | bit_BMI | bit_BMI2;
        const unsigned leaf8 = bit_LAHF_LM | bit_LZCNT;
        return (saved_state() & 0x6) == 0x6
            && __get_cpuid(1, &a, &b, &c, &d) && (c & leaf1) == leaf1
            && __get_cpuid_count(7, 0, &a7, &b7, &c7, &d7) && (b7 & leaf7) == leaf7
            && __get_cpuid(0x80000001, &a8, &b8, &c8, &d8) && (c8 & leaf8) == leaf8;
    }
    static int supports_v4(void) {
        unsigned a, b, c, d;
        const unsigned leaf7 = bit_AVX512F | bit_AVX512DQ | bit_AVX512CD | bit_AVX512BW | bit_AVX512VL;
        return supports_v3() && (saved_state() & 0xE6) == 0xE6
            && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & leaf7) == leaf7;
    }
    static int supports_bf16(void) {
        unsigned a, b, c, d;
        return supports_v4() && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & 1u << 5);
    }
    /* The tiles' state is large, so that Linux saves it for processes that ask for it only: once, for
     * all threads.  XCR0 says that it can. */
    static int supports_amx(void) {
        const unsigned leaf7 = 1u << 22 | 1u << 24;     /* AMX-BF16, AMX-TILE */
        unsigned a, b, c, d;
        if (!supports_bf16() || (saved_state() & 0x60000) != 0x60000
                || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & leaf7) != leaf7)
            return 0;
    #if defined(__linux__) && defined(SYS_arch_prctl)
        return syscall(SYS_arch_prctl, 0x1023 /* ARCH_REQ_XCOMP_PERM */, 18 /* tile data */) == 0;
    #else
        return 0;
    #endif
    }
    #else
    static int supports_v3(void) { return 0; }
    static int supports_v4(void) { return 0; }
    static int supports_bf16(void) { return 0; }
    static int supports_amx(void) { return 0; }
    #endif
    /* False where there is no such instruction; a leaf beyond the last one is all zeros. */
    #if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
    static int read_cpuid(unsigned leaf, unsigned subleaf, unsigned *registers) {
        memset(registers, 0, 4 * sizeof *registers);
        __get_cpuid_count(leaf, subleaf, registers, registers + 1, registers + 2, registers + 3);
        return 1;
    }
    #elif defined(_M_X64) || defined(_M_IX86)
    #include <intrin.h>
    static int read_cpuid(unsigned leaf, unsigned subleaf, unsigned *registers) {
        __cpuid((int *)registers, (int)(leaf & 0x80000000u));
        if (registers[0] < leaf) memset(registers, 0, 4 * sizeof *registers);
        else __cpuidex((int *)registers, (int)leaf, (int)subleaf);
        return 1;
    }
    #else
    static int read_cpuid(unsigned leaf, unsigned subleaf, unsigned *registers) {
        (void)leaf, (void)subleaf, (void)registers;
        return 0;
    }
    #endif
    #if defined(__x86_64__) || defined(_M_X64)
    #define BASELINE "x86-64"
    #elif defined(__aarch64__) || defined(_M_ARM64)
    #define BASELINE "aarch64"
    #else
    #define BASELINE "generic"
    #endif
    """
    bint supports_v3() nogil
    bint supports_v4() nogil
    bint supports_bf16() nogil
    bint supports_amx() nogil
    bint read_cpuid(unsigned leaf, unsigned subleaf, unsigned* registers) nogil
    const char* BASELINE


def cpuid(unsigned leaf, unsigned subleaf=0):
    """The registers (eax, ebx, ecx, edx), zeros for a leaf that the CPU lacks; None if it has no cpuid."""
    cdef unsigned[4] found
    return (found[0], found[1], found[2], found[3]) if read_cpuid(leaf, subleaf, found) else None


def runnable():
    """Names of the targets that may run here, best first.  Asks Linux for AMX, where the CPU has it."""
    names = []
    if supports_amx():
        names.append("x86-64-v4-amx")
    if supports_bf16():
        names.append("x86-64-v4-bf16")
    if supports_v4():
        names.append("x86-64-v4")
    if supports_v3():
        names.append("x86-64-v3")
    names.append(BASELINE.decode())
    return names
