"""Integer products of every target, compiled alone and compared with sums one after another; ARM's under an emulator."""

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

import fastact
from fastact._runtime import cpu, targets

HEADERS = sorted({f"-I{header.parent}" for header in Path(fastact.__file__).parent.rglob("*.h")})
COMPILERS = {"x86_64": "gcc", "aarch64": "aarch64-linux-gnu-gcc"}
INSTRUCTIONS = {
    "x86-64-v4-amx": "VPDPBUSD", "x86-64-v4-bf16": "VPDPBUSD", "x86-64-v4": "PMADDWD", "x86-64-v3-vnni": "VPDPBUSD",
    "x86-64-v3": "PMADDWD", "x86-64": "PMADDWD", "aarch64-dotprod": "SDOT", "aarch64": "SMULL"}


def compiled(target, folder):
    """The program for this target, in an empty folder."""
    native = target.machine == platform.machine()
    compiler = shutil.which("gcc" if native else COMPILERS[target.machine])
    if not compiler:
        pytest.skip(f"no compiler for {target.machine} here")
    program = folder / "byte_dots"
    done = subprocess.run(
        [compiler, "-O2", "-std=gnu11", "-ffp-contract=off", "-Wno-psabi", *target.flags, *HEADERS,
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
    assert done.stdout.split() == [INSTRUCTIONS[name], "126", "0"], done.stdout


def test_every_target_is_tried():
    assert INSTRUCTIONS.keys() == targets.BY_NAME.keys() - {"generic"}
