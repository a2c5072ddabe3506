"""Integer products of every target, compiled alone and compared with sums one after another; ARM's under an emulator."""

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

import fastact
from fastact._runtime import cpu, targets

EMULATION = Path(__file__).with_name("amx_emulation.h")
TRIED = str(14 * 7 * 3)     # kinds of codes, numbers of rows, kinds of operands
HEADERS = sorted({f"-I{header.parent}" for header in Path(fastact.__file__).parent.rglob("*.h")})
COMPILERS = {"aarch64": "aarch64-linux-gnu-gcc"}    # of other machines; no emulator of x86-64 has AVX-512
INSTRUCTIONS = {
    "x86-64-v4-amx": "VPDPBUSD+TDPBSUD", "x86-64-v4-bf16": "VPDPBUSD", "x86-64-v4": "PMADDWD", "x86-64-v3-vnni": "VPDPBUSD",
    "x86-64-v3": "PMADDWD", "x86-64": "PMADDWD", "aarch64-i8mm": "SDOT+SMMLA", "aarch64-bf16": "SDOT",
    "aarch64-dotprod": "SDOT", "aarch64": "SMULL"}


def compiled(target, folder, *options):
    """The program for this target, in an empty folder."""
    native = target.machine == platform.machine()
    compiler = shutil.which("gcc" if native else COMPILERS.get(target.machine, ""))
    if not compiler:
        pytest.skip(f"no compiler for {target.machine} here")
    program = folder / "byte_dots"
    done = subprocess.run(
        [compiler, "-O2", "-std=gnu11", "-ffp-contract=off", "-Wno-psabi", *target.flags, *options, *HEADERS,
         str(Path(__file__).with_name("byte_dots.c")), "-o", str(program), "-lm"], capture_output=True, text=True)
    assert not done.returncode, done.stderr
    return program


def runner(target):
    """What the program's name must follow to run here."""
    if target.machine == cpu.machine:
        if target.name not in cpu.runnable():
            pytest.skip(f"this CPU lacks {target.name}")
        return []
    emulator = shutil.which(f"qemu-{target.machine}-static") or shutil.which(f"qemu-{target.machine}")
    if not emulator:
        pytest.skip(f"no emulator of {target.machine} here")
    return [emulator, "-cpu", "max", "-L", f"/usr/{target.machine}-linux-gnu"]


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_sums_of_products_of_bytes(name, tmp_path):
    target = targets.BY_NAME[name]
    command = runner(target)
    done = subprocess.run([*command, str(compiled(target, tmp_path))], capture_output=True, text=True)
    assert done.stdout.split() == [INSTRUCTIONS[name], TRIED, "0"], done.stdout


def test_every_target_is_tried():
    assert INSTRUCTIONS.keys() == targets.BY_NAME.keys() - {"generic"}


def by_emulated_amx(folder, emulation):
    """Run the kernels for AMX on a CPU with AVX512-VNNI: the instructions of tiles are written in C."""
    target = targets.BY_NAME["x86-64-v4-bf16"]
    command = runner(target)
    program = compiled(target, folder, f'-DAMX_EMULATION="{emulation}"')
    return subprocess.run([*command, str(program)], capture_output=True, text=True)


def test_amx_by_emulation(tmp_path):
    done = by_emulated_amx(tmp_path, EMULATION)
    assert done.stdout.split() == ["VPDPBUSD+TDPBSUD", TRIED, "0"], done.stdout


@pytest.mark.parametrize("right, wrong", [
    ("(int8_t)tile_data[a]", "(uint8_t)tile_data[a]"),          # the wrong sign
    ("r < tile_state.rows[t]; r++) memcpy((char *)to", "r < 15; r++) memcpy((char *)to"),   # a row that is missing
])
def test_an_instruction_that_differs_is_found(tmp_path, right, wrong):
    text = EMULATION.read_text()
    assert right in text
    (tmp_path / "broken.h").write_text(text.replace(right, wrong))
    done = by_emulated_amx(tmp_path, tmp_path / "broken.h")
    assert done.returncode == 1 and "wrong" in done.stdout


def test_the_target_with_amx_has_the_instruction():
    """In the built module: TDPBSUD, and no other product of bytes by tiles."""
    found = list((Path(fastact.__file__).parent / "_kernels" / "matmul").glob("x86_64_v4_amx*.so"))
    if not found or not shutil.which("objdump"):
        pytest.skip("needs the built module of x86-64-v4-amx, and objdump")
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", str(found[0])], capture_output=True, text=True).stdout
    assert text.count("tdpbsud") >= 28 and not any(f"tdpb{name}d" in text for name in ("uu", "us", "ss"))
