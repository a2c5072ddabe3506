"""The targets that a CPU can run: tables of cpuid leaves, compared with compilers and with reports of Linux."""

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from cpuid_tables import EAX, EBX, ECX, EDX, maker, reader
from fastact._runtime import cpu, dispatch, targets

# Name as Linux reports it: leaf, subleaf, register, bit.  From the makers' manuals, not from targets.py.
FEATURES = {
    "pni": (1, 0, ECX, 0), "ssse3": (1, 0, ECX, 9), "fma": (1, 0, ECX, 12), "cx16": (1, 0, ECX, 13),
    "sse4_1": (1, 0, ECX, 19), "sse4_2": (1, 0, ECX, 20), "movbe": (1, 0, ECX, 22), "popcnt": (1, 0, ECX, 23),
    "osxsave": (1, 0, ECX, 27), "avx": (1, 0, ECX, 28), "f16c": (1, 0, ECX, 29),
    "bmi1": (7, 0, EBX, 3), "avx2": (7, 0, EBX, 5), "bmi2": (7, 0, EBX, 8),
    "avx512f": (7, 0, EBX, 16), "avx512dq": (7, 0, EBX, 17), "avx512cd": (7, 0, EBX, 28), "avx512bw": (7, 0, EBX, 30),
    "avx512vl": (7, 0, EBX, 31), "amx_bf16": (7, 0, EDX, 22), "amx_tile": (7, 0, EDX, 24), "amx_int8": (7, 0, EDX, 25),
    "avx512_vnni": (7, 0, ECX, 11), "avx_vnni": (7, 1, EAX, 4), "avx512_bf16": (7, 1, EAX, 5),
    "lahf_lm": (0x80000001, 0, ECX, 0), "abm": (0x80000001, 0, ECX, 5),     # abm: LZCNT
}
V3 = {"pni", "ssse3", "fma", "cx16", "sse4_1", "sse4_2", "movbe", "popcnt", "osxsave", "avx", "f16c", "bmi1", "avx2",
      "bmi2", "lahf_lm", "abm"}
AVX512 = {"avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"}
V4 = V3 | AVX512
ALDER_LAKE = V3 | {"avx_vnni"}
ZEN4 = V4 | {"avx512_vnni", "avx512_bf16"}
ZEN5 = ZEN4 | {"avx_vnni"}
SAPPHIRE_RAPIDS = ZEN5 | {"amx_bf16", "amx_tile", "amx_int8"}
# Register state in XCR0: x87 and SSE, the upper halves of AVX, masks and registers of AVX-512, AMX's tiles.
SSE, AVX_STATE, AVX512_STATE, TILES_STATE = 0x3, 0x7, 0xE7, 0x600E7

AMX, BF16, TARGET_V4, VNNI, TARGET_V3, BASELINE = (
    "x86-64-v4-amx", "x86-64-v4-bf16", "x86-64-v4", "x86-64-v3-vnni", "x86-64-v3", "x86-64")
FROM_V3 = [TARGET_V3, BASELINE]
FROM_VNNI = [VNNI, *FROM_V3]
FROM_V4, WITHOUT_VNNI = [TARGET_V4, *FROM_VNNI], [TARGET_V4, *FROM_V3]
FROM_BF16 = [BF16, *FROM_V4]


def no_such_thing():
    raise AssertionError("asked of a machine that has it not")


def cpu_with(features, name="GenuineIntel", most=31, most_extended=0x80000008):
    """The table of a CPU with these features."""
    table = {(0, 0): maker(name, most), (0x80000000, 0): (most_extended, 0, 0, 0)}
    for feature in features:
        leaf, subleaf, register, bit = FEATURES[feature]
        registers = list(table.get((leaf, subleaf), (0, 0, 0, 0)))
        registers[register] |= 1 << bit
        table[leaf, subleaf] = tuple(registers)
    return table


def without_leaf(table, *leaves):
    """The table that a hypervisor shows when it hides leaves."""
    return {(leaf, subleaf): registers for (leaf, subleaf), registers in table.items() if leaf not in leaves}


def runnable(table, state=TILES_STATE, grants_tiles=True, machine="x86_64"):
    """(Names of the targets, how often the tiles were asked for.)  Reading XCR0 without OSXSAVE fails, as it does."""
    asked = []
    cpuid = reader(table)

    def saved_state():
        assert cpuid(1, 0)[ECX] & 1 << 27, "xgetbv is an illegal instruction here"
        return state

    def may_use_tiles():
        asked.append(True)
        return grants_tiles

    found = targets.runnable(machine, cpuid, saved_state, may_use_tiles, no_such_thing)
    return [target.name for target in found], len(asked)


CPUS = {
    "A Zen 5 runs all but AMX.": (cpu_with(ZEN5, "AuthenticAMD", 16, 0x80000028), AVX512_STATE, FROM_BF16),
    "A Zen 4 has AVX512-VNNI, but not AVX-VNNI.": (
        cpu_with(ZEN4, "AuthenticAMD", 16, 0x80000028), AVX512_STATE, [BF16, *WITHOUT_VNNI]),
    "A Sapphire Rapids runs all.": (cpu_with(SAPPHIRE_RAPIDS), TILES_STATE, [AMX, *FROM_BF16]),
    "Linux before 5.16 does not save the tiles.": (cpu_with(SAPPHIRE_RAPIDS), AVX512_STATE, FROM_BF16),
    "Half of the tiles' state is none.": (cpu_with(SAPPHIRE_RAPIDS), AVX512_STATE | 0x20000, FROM_BF16),
    "AMX-TILE without AMX-BF16 multiplies no bfloat16.": (
        cpu_with(SAPPHIRE_RAPIDS - {"amx_bf16"}), TILES_STATE, FROM_BF16),
    "AMX-BF16 without AMX-TILE has no tiles.": (cpu_with(SAPPHIRE_RAPIDS - {"amx_tile"}), TILES_STATE, FROM_BF16),
    "AMX-BF16 without AMX-INT8 multiplies no bytes.": (cpu_with(SAPPHIRE_RAPIDS - {"amx_int8"}), TILES_STATE, FROM_BF16),
    "AMX does not replace AVX512-BF16.": (cpu_with(SAPPHIRE_RAPIDS - {"avx512_bf16"}), TILES_STATE, FROM_V4),
    "A Skylake-X has AVX-512 without BF16.": (cpu_with(V4, most=22), AVX512_STATE, WITHOUT_VNNI),
    "AVX512-BF16 without VL is no x86-64-v4.": (cpu_with(ZEN5 - {"avx512vl"}), AVX512_STATE, FROM_VNNI),
    "A Knights Landing has AVX512F and CD alone.": (cpu_with(V3 | {"avx512f", "avx512cd"}), AVX512_STATE, FROM_V3),
    "AVX-512 whose state is not saved cannot be used.": (cpu_with(ZEN5), AVX_STATE, FROM_VNNI),
    "AVX-512's masks alone are not enough.": (cpu_with(ZEN5), AVX_STATE | 0x20, FROM_VNNI),
    "AVX-512's state without AVX's is not enough.": (cpu_with(ZEN5), 0xE3, [BASELINE]),
    "An Alder Lake has AVX-VNNI without AVX-512.": (cpu_with(ALDER_LAKE, most=32), AVX_STATE, FROM_VNNI),
    "AVX-VNNI is part of AVX, whose state must be saved.": (cpu_with(ALDER_LAKE), SSE, [BASELINE]),
    "AVX-VNNI's bit without AVX2 is not enough.": (cpu_with(ALDER_LAKE - {"avx2"}), AVX_STATE, [BASELINE]),
    "AVX-VNNI without FMA is not enough.": (cpu_with(ALDER_LAKE - {"fma"}), AVX_STATE, [BASELINE]),
    "AVX512-VNNI does not replace AVX-VNNI.": (cpu_with(V3 | {"avx512_vnni"}), AVX_STATE, FROM_V3),
    "A Haswell runs x86-64-v3.": (cpu_with(V3, most=13), AVX_STATE, FROM_V3),
    "So does a Zhaoxin: the maker does not matter.": (cpu_with(V3, "  Shanghai  ", 13), AVX_STATE, FROM_V3),
    "So does a maker that nobody knows.": (cpu_with(V3, "UnknownMaker"), AVX_STATE, FROM_V3),
    "AVX2 whose state is not saved cannot be used.": (cpu_with(V3), SSE, [BASELINE]),
    "AVX2's bits without OSXSAVE mean nothing.": (cpu_with(V3 - {"osxsave"}), AVX_STATE, [BASELINE]),
    "AVX-512's bits without OSXSAVE mean nothing.": (cpu_with(SAPPHIRE_RAPIDS - {"osxsave"}), TILES_STATE, [BASELINE]),
    "LZCNT would run as BSR where it is missing.": (cpu_with(V3 - {"abm"}), AVX_STATE, [BASELINE]),
    "An Ivy Bridge has AVX without AVX2.": (
        cpu_with(V3 - {"avx2", "bmi1", "bmi2", "fma", "movbe", "abm"}, most=13), AVX_STATE, [BASELINE]),
    "A largest leaf of 6 leaves no AVX2, whatever leaf 7 holds.": (cpu_with(ZEN5, most=6), AVX512_STATE, [BASELINE]),
    "A hypervisor may hide leaf 7.": (without_leaf(cpu_with(ZEN5), 7), AVX512_STATE, [BASELINE]),
    "A hypervisor may clear AVX and leave AVX2.": (cpu_with(ZEN5 - {"avx"}), AVX512_STATE, [BASELINE]),
    "A hypervisor may hide the subleaf with BF16.": (cpu_with(V4 | {"amx_bf16", "amx_tile", "amx_int8"}), TILES_STATE, WITHOUT_VNNI),
    "A hypervisor may hide leaf 0x80000001.": (without_leaf(cpu_with(ZEN5), 0x80000001), AVX512_STATE, [BASELINE]),
    "A largest extended leaf of 0x80000000 has no LZCNT.": (
        cpu_with(ZEN5, most_extended=0x80000000), AVX512_STATE, [BASELINE]),
    "The first CPU with x86-64 has SSE2.": (
        {(0, 0): maker("AuthenticAMD", 1), (0x80000000, 0): (0x80000018, 0, 0, 0)}, 0, [BASELINE]),
    "A CPU that answers nothing has the baseline.": ({}, 0, [BASELINE]),
}


@pytest.mark.parametrize("sentence", CPUS)
def test_of_a_cpu(sentence):
    table, state, due = CPUS[sentence]
    assert runnable(table, state) == (due, due.count(AMX))


def test_where_linux_refuses_the_tiles_amx_is_left_out():
    assert runnable(cpu_with(SAPPHIRE_RAPIDS), grants_tiles=False) == (FROM_BF16, 1)


# Each target, all features that it needs, and what a CPU with these alone can run.  The second list has no AVX-512.
LEVELS = [("x86-64-v3", V3, FROM_V3), ("x86-64-v4", V4, WITHOUT_VNNI), ("x86-64-v4-bf16", ZEN4, [BF16, *WITHOUT_VNNI]),
          ("x86-64-v4-amx", SAPPHIRE_RAPIDS - {"avx_vnni"}, [AMX, BF16, *WITHOUT_VNNI])]
NARROW_LEVELS = [LEVELS[0], ("x86-64-v3-vnni", ALDER_LAKE, FROM_VNNI)]


@pytest.mark.parametrize("name", [name for name, _, _ in LEVELS + NARROW_LEVELS[1:]])
def test_a_target_needs_each_of_its_features_and_no_others(name):
    """Without any one of them: the next lower level that does not need it."""
    levels = next(levels for levels in (LEVELS, NARROW_LEVELS) if name in [level[0] for level in levels])
    features, due = next((features, due) for known, features, due in levels if known == name)
    assert runnable(cpu_with(features))[0] == due
    for feature in sorted(features):
        level = next(i for i, (_, needed, _) in enumerate(levels) if feature in needed)
        lower = levels[level - 1][2] if level else [BASELINE]
        assert runnable(cpu_with(features - {feature}))[0] == lower, feature


@pytest.mark.parametrize("machine", ["generic", "riscv64"])
def test_a_machine_without_a_target_of_its_own(machine):
    """Other architectures are not asked for x86-64 features."""
    found = targets.runnable(machine, lambda leaf, subleaf: None, no_such_thing, no_such_thing, no_such_thing)
    assert [target.name for target in found] == ["generic"]


# A compiler's macro for an extension of ARM: its bit in AT_HWCAP, or 64 more than that in AT_HWCAP2, from Linux's
# asm/hwcap.h.
ARM_FEATURES = {"CRC32": 7, "ATOMICS": 8, "QRDMX": 12, "DOTPROD": 20}
DOTPROD = sum(1 << bit for bit in ARM_FEATURES.values())
ARM_LATER = {"BF16_VECTOR_ARITHMETIC": 64 + 14, "BF16_SCALAR_ARITHMETIC": 64 + 14, "MATMUL_INT8": 64 + 13}
FROM_DOTPROD = ["aarch64-dotprod", "aarch64"]
ARM_CPUS = {
    "A Neoverse V1 has products of bfloat16 and of bytes.": (
        DOTPROD | 3 << 64 + 13, ["aarch64-i8mm", "aarch64-bf16", *FROM_DOTPROD]),
    "BF16 without I8MM is enough for the dot product of bfloat16.": (DOTPROD | 1 << 64 + 14, ["aarch64-bf16", *FROM_DOTPROD]),
    "I8MM without BF16 is not enough.": (DOTPROD | 1 << 64 + 13, FROM_DOTPROD),
    "AT_HWCAP's bits of these numbers are other features.": (DOTPROD | 3 << 13, FROM_DOTPROD),
    "AT_HWCAP2's other bits are none of it.": (DOTPROD | ((1 << 64) - 1 - (3 << 13)) << 64, FROM_DOTPROD),
    "BF16 without the dot product of bytes is not enough.": (1 << 64 + 14, ["aarch64"]),
    "A Neoverse N1 has the dot product.": (DOTPROD | 1 << 0 | 1 << 1, FROM_DOTPROD),
    "A Cortex-A72 has NEON and CRC32.": (1 << 0 | 1 << 1 | 1 << 7, ["aarch64"]),
    "A system that reports nothing has the baseline.": (0, ["aarch64"]),
} | {f"All without {name} are not enough.": ((1 << 64) - 1 - (1 << bit), ["aarch64"]) for name, bit in ARM_FEATURES.items()}


@pytest.mark.parametrize("sentence", ARM_CPUS)
def test_of_an_arm_cpu(sentence):
    capabilities, due = ARM_CPUS[sentence]
    found = targets.runnable("aarch64", lambda leaf, subleaf: None, no_such_thing, no_such_thing, lambda: capabilities)
    assert [target.name for target in found] == due


def test_x86_64_whose_cpuid_cannot_be_read_has_the_baseline():
    assert [t.name for t in targets.runnable("x86_64", lambda leaf, subleaf: None, None, None, None)] == [BASELINE]


# ----------------------------------------------------------------- compilers, Linux, here --

# Macros by which compilers tell what they may use -> the name above; AMX's as GCC and Clang write them.
MACROS = {"SSE3": "pni", "GCC_HAVE_SYNC_COMPARE_AND_SWAP_16": "cx16", "LAHF_SAHF": "lahf_lm", "LZCNT": "abm",
          "BMI": "bmi1", "XSAVE": "osxsave", "CRC32": "sse4_2", "AVX512BF16": "avx512_bf16", "AVX512VNNI": "avx512_vnni", "AMXBF16": "amx_bf16",
          "AMXTILE": "amx_tile", "AMXINT8": "amx_int8", "AVXVNNI": "avx_vnni"}
OTHER_MACROS = {"BIGGEST_ALIGNMENT", "EVEX256", "EVEX512"}     # no instructions of their own


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("target", [target for target in targets.of_machine("x86_64") if target.flags], ids=lambda t: t.name)
def test_the_compiler_uses_no_instruction_that_is_not_checked(target, compiler):
    if platform.machine() != "x86_64" or not shutil.which(compiler):
        pytest.skip(f"needs {compiler} on x86-64")

    def macros(*flags):
        done = subprocess.run([compiler, *flags, "-dM", "-E", "-x", "c", "-"], input="", capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"this {compiler} does not know {' '.join(flags)}")
        return {line.split()[1].strip("_") for line in done.stdout.splitlines()}

    used = {name for name in macros(*target.flags) - macros("-march=x86-64") - OTHER_MACROS if "FP_FAST_FMA" not in name}
    used = {MACROS.get(name, name.lower()) for name in used}
    assert used <= FEATURES.keys(), "the compiler uses what FEATURES does not list"
    checked = {name for name, (leaf, subleaf, register, bit) in FEATURES.items()
               if any(found[:3] == (leaf, subleaf, register) and found[3] & 1 << bit for found in target.features)}
    assert used == checked


@pytest.mark.parametrize("compiler", ["gcc", "aarch64-linux-gnu-gcc"])
@pytest.mark.parametrize("target", [target for target in targets.of_machine("aarch64") if target.flags], ids=lambda t: t.name)
def test_the_compiler_uses_no_instruction_of_arm_that_is_not_checked(target, compiler):
    def macros(*flags):
        command = [compiler, *flags, "-dM", "-E", "-x", "c", "-"]
        done = subprocess.run(command, input="", capture_output=True, text=True, check=True)
        return {line.split()[1] for line in done.stdout.splitlines()}

    if not shutil.which(compiler) or "__aarch64__" not in macros():
        pytest.skip("needs a GCC for aarch64")
    used = {name.removeprefix("__ARM_FEATURE_") for name in macros(*target.flags) - macros()}
    assert target.capabilities == sum({1 << (ARM_FEATURES | ARM_LATER)[name] for name in used})


def test_what_linux_reports_here():
    """Linux does not report features whose registers it does not save."""
    info = Path("/proc/cpuinfo")
    if cpu.machine != "x86_64" or not info.exists():
        pytest.skip("needs Linux on x86-64, and more than the generic target")
    flags = next(line for line in info.read_text().splitlines() if line.startswith("flags")).split()
    features = [name for name in FEATURES if name in flags or name == "osxsave" and "xsave" in flags]
    found, asked = runnable(cpu_with(features), grants_tiles=cpu.may_use_tiles())
    assert found == cpu.runnable() and asked <= 1


def test_what_can_be_used_here_is_what_runs_and_was_built():
    names = cpu.runnable()
    assert dispatch.matmul_targets == [name for name in names if dispatch.is_built(targets.BY_NAME[name])]
    assert names[-1] == targets.of_machine(cpu.machine)[-1].name
