"""Products of bytes by AMX, on any CPU with AVX-512 VNNI: the instructions are emulated, the code is the kernels'."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import fastact
from fastact._runtime import cpu

HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "src" / "fastact"
FLAGS = ["-O1", "-std=gnu11", "-ffp-contract=off", "-Wno-psabi", "-march=x86-64-v4", "-mavx512vnni"]
FOLDERS = [f"_kernels/{name}" for name in ("simd", "math", "matmul", "rows", "blocks")] + ["_runtime"]
COMPILER = shutil.which(os.environ.get("CC", "cc")) or shutil.which("gcc") or shutil.which("clang")


def build(folder, emulation):
    program = folder / "byte_tiles"
    done = subprocess.run(
        [COMPILER, *FLAGS, f'-DAMX_EMULATION="{emulation}"', f"-I{HERE}", *(f"-I{SOURCE / name}" for name in FOLDERS),
         str(HERE / "byte_tiles.c"), "-o", str(program), "-lm"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return subprocess.run([program], capture_output=True, text=True, timeout=120)


needs_vnni = pytest.mark.skipif(
    not COMPILER or not SOURCE.is_dir() or "x86-64-v4-bf16" not in cpu.runnable(),
    reason="needs the sources, a C compiler and a CPU with AVX-512 VNNI")


@needs_vnni
def test_amx_gives_the_integers_of_vpdpbusd(tmp_path):
    done = build(tmp_path, "amx_emulation.h")
    assert done.returncode == 0 and "252 compared, 0 wrong" in done.stdout, done.stdout


@needs_vnni
@pytest.mark.parametrize("right, wrong", [
    ("(int8_t)tile_data[a]", "(uint8_t)tile_data[a]"),          # the wrong sign
    ("r < tile_state.rows[t]; r++) memcpy((char *)to", "r < 15; r++) memcpy((char *)to"),   # a row that is missing
])
def test_an_instruction_that_differs_is_found(tmp_path, right, wrong):
    text = (HERE / "amx_emulation.h").read_text()
    assert right in text
    (tmp_path / "broken.h").write_text(text.replace(right, wrong))
    done = build(tmp_path, tmp_path / "broken.h")
    assert done.returncode == 1 and "differ" in done.stdout


def test_the_target_with_amx_has_the_instruction():
    """In the built module: TDPBSUD, and no other product of bytes by tiles."""
    found = list((Path(fastact.__file__).parent / "_kernels" / "matmul").glob("x86_64_v4_amx*.so"))
    if not found or not shutil.which("objdump"):
        pytest.skip("needs the built module of x86-64-v4-amx, and objdump")
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", str(found[0])], capture_output=True, text=True).stdout
    assert text.count("tdpbsud") >= 24 and not any(f"tdpb{name}d" in text for name in ("uu", "us", "ss"))
