"""Known answers of randomStream, computed independently of it: Philox4x32-10 and the hash of seed and path in Python integers, normals by
Box-Muller in mpmath at 40 digits, rounded to doubles. Checks itself against Random123's published vectors (kat_vectors) first.
Run: python3 tools/references/numerics/streams.py (writes packages/numerics/test/golden/random.json).
"""

import json
import pathlib
import struct

import mpmath as mp

mp.mp.dps = 40
OUT = pathlib.Path(__file__).resolve().parents[3] / "packages" / "numerics" / "test" / "golden" / "random.json"
MASK = 0xFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & MASK, (a >> 32) ^ c[3] ^ k[1], a & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
assert philox([MASK] * 4, [MASK] * 2) == [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]
assert philox([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0]) == [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]


def encode(label):
    """A tag and length, then the label's bytes, padded to whole blocks of four words."""
    data = label.encode() if isinstance(label, str) else struct.pack("<d", label)
    words = [2 if isinstance(label, str) else 1, len(data)]
    data += bytes(-len(data) % 4)
    words += list(struct.unpack(f"<{len(data) // 4}I", data))
    return words + [0] * (-len(words) % 4)


def state_of(path):
    state = [0] * 4
    for label in path:
        words = encode(label)
        for i in range(0, len(words), 4):
            block = words[i : i + 4]
            out = philox([w ^ s for w, s in zip(block, state)], [0x53616464 ^ state[2], 0x6C65 ^ state[3]])
            state = [o ^ w for o, w in zip(out, block)]
    return state


def uniforms(path, count):
    """As integers of 53 bits."""
    state = state_of(path)
    values = []
    for block in range((count + 1) // 2):
        w = philox([block & MASK, block >> 32, state[0], state[1]], state[2:])
        values += [(w[0] >> 5) * 2**26 + (w[1] >> 6), (w[2] >> 5) * 2**26 + (w[3] >> 6)]
    return values[:count]


def normals(path, count):
    values = []
    u = uniforms(path, count)
    for a, b in zip(u[::2], u[1::2]):
        radius = mp.sqrt(-2 * mp.log(1 - mp.mpf(a) / 2**53))
        values += [float(radius * mp.cospi(mp.mpf(b) / 2**52)), float(radius * mp.sinpi(mp.mpf(b) / 2**52))]
    return values


paths = [[0], [7, "member", 3], ["a seed in words, longer than a block", -2.5], [""]]
OUT.write_text(
    json.dumps(
        {
            "provenance": "tools/references/numerics/streams.py: Philox4x32-10 in Python integers, normals in mpmath at 40 digits",
            "streams": [{"path": p, "uniforms": [x / 2**53 for x in uniforms(p, 40)], "normals": normals(p, 120)} for p in paths],
        },
        separators=(",", ":"),
    )
    + "\n"
)
