"""Gives f32x4.relaxed_madd its final opcode: python3 final_opcodes.py IN.wasm OUT.wasm

Clang 14 knows the instruction by its opcode of 2021, when it was called f32x4.fma. Both opcodes are three bytes long. Newer compilers
need no change.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

FIRST, FINAL = bytes([0xFD, 0xAF, 0x01]), bytes([0xFD, 0x85, 0x02])
CODE_SECTION = 10


def code_start(module: bytes) -> int:
    """Where the contents of the code section begin."""

    def number(at: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            value |= (module[at] & 0x7F) << shift
            shift += 7
            at += 1
            if module[at - 1] < 0x80:
                return value, at

    at = 8
    while at < len(module):
        section = module[at]
        size, at = number(at + 1)
        if section == CODE_SECTION:
            return at
        at += size
    sys.exit("final_opcodes.py: the module has no code")


def main() -> None:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    disassembler = shutil.which("llvm-objdump-14") or shutil.which("llvm-objdump") or sys.exit("final_opcodes.py: llvm-objdump is missing")
    text = subprocess.run([disassembler, "-d", source], check=True, capture_output=True, text=True).stdout
    module = bytearray(source.read_bytes())
    start = code_start(module)
    places = [start + int(place, 16) for place in re.findall(r"^\s*([0-9a-f]+): fd af 01\s+f32x4\.fma$", text, re.MULTILINE)]
    for place in places:
        if module[place : place + 3] != FIRST:
            sys.exit(f"final_opcodes.py: byte {place} of {source} is not f32x4.fma")
        module[place : place + 3] = FINAL
    if not places and "relaxed_madd" not in text:
        sys.exit(f"final_opcodes.py: {source} has no fused multiply-add")
    target.write_bytes(module)
    print(f"{target.name}: {len(places)} instructions have their final opcode")


main()
