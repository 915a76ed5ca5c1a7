// Reduction of any finite |x| modulo π/2 in integers (Payne & Hanek 1983), for the lanes that are too large or too close to a multiple of π/2.
// Results: globals belong to an instance, and each thread has its own.
export let quadrant: i64 = 0;
export let reduced: f64 = 0;
export let reducedLow: f64 = 0;

const HALF_PI: f64 = 1.5707963267948966;
const HALF_PI_LOW: f64 = 6.123233995736766e-17;
const TWO64: f64 = 18446744073709551616.0;

// 2/π in words of 64 bits, after one word of zeros.
function word(i: i32): u64 {
  switch (i) {
    case 1:
      return 0xa2f9836e4e441529;
    case 2:
      return 0xfc2757d1f534ddc0;
    case 3:
      return 0xdb6295993c439041;
    case 4:
      return 0xfe5163abdebbc561;
    case 5:
      return 0xb7246e3a424dd2e0;
    case 6:
      return 0x06492eea09d1921c;
    case 7:
      return 0xfe1deb1cb129a73e;
    case 8:
      return 0xe88235f52ebb4484;
    case 9:
      return 0xe99c7026b45f7e41;
    case 10:
      return 0x3991d639835339f4;
    case 11:
      return 0x9c845f8bbdf9283b;
    case 12:
      return 0x1ff897ffde05980f;
    case 13:
      return 0xef2f118b5a0a6d1f;
    case 14:
      return 0x6d367ecf27cb09b7;
    case 15:
      return 0x4f463f669e5fea2d;
    case 16:
      return 0x7527bac7ebe5f17b;
    case 17:
      return 0x3d0739f78a5292ea;
    case 18:
      return 0x6bfb5fb11f8d5d08;
    case 19:
      return 0x56033046fc7b6bab;
    case 20:
      return 0xf0cfbc209af4361d;
    default:
      return 0;
  }
}

// The 64 bits of 2/π from bit `at`.
function bitsFrom(at: i32): u64 {
  const i = at >> 6;
  const shift = <u64>(at & 63);
  return shift == 0 ? word(i) : (word(i) << shift) | (word(i + 1) >> (64 - shift));
}

// The upper 64 bits of a·b.
function upper(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const middle = a1 * b0 + ((a0 * b0) >> 32);
  const other = a0 * b1 + (middle & 0xffffffff);
  return a1 * b1 + (middle >> 32) + (other >> 32);
}

// quadrant, reduced and reducedLow such that x = quadrant·π/2 + reduced + reducedLow modulo 2π, |reduced| ≤ π/4, for x ≥ 2⁻¹⁰.
// Infinity and NaN give NaN.
export function reduce(x: f64): void {
  if (!(x < Infinity)) {
    reduced = NaN;
    return;
  }
  const bits = reinterpret<u64>(x);
  const mantissa = (bits & 0x000fffffffffffff) | 0x0010000000000000;
  const exponent = <i32>(bits >> 52) - 1075; // x = mantissa·2^exponent
  // Bits of 2/π that contribute multiples of 4 are left out: x·2/π modulo 4 = 4·mantissa·0.b₀b₁…b₁₉₁, modulo 4.
  const at = exponent + 62;
  const w0 = bitsFrom(at);
  const w1 = bitsFrom(at + 64);
  const w2 = bitsFrom(at + 128);
  let p2 = mantissa * w2;
  let p1 = mantissa * w1;
  let p0 = mantissa * w0 + upper(mantissa, w1);
  const carry = upper(mantissa, w2);
  p1 += carry;
  if (p1 < carry) p0++;
  let turns = p0 >> 62;
  p0 = (p0 << 2) | (p1 >> 62);
  p1 = (p1 << 2) | (p2 >> 62);
  p2 <<= 2;
  // p = the fraction of a quarter turn; beyond one half the next quadrant is nearer.
  const beyond = <i64>p0 < 0;
  if (beyond) {
    turns++;
    p2 = ~p2;
    p1 = ~p1;
    p0 = ~p0;
  }
  quadrant = <i64>turns;
  let scale: f64 = 1 / TWO64;
  while (p0 == 0) {
    p0 = p1;
    p1 = p2;
    p2 = 0;
    scale /= TWO64;
  }
  const shift = clz(p0);
  if (shift > 0) {
    p0 = (p0 << shift) | (p1 >> (64 - shift));
    p1 = (p1 << shift) | (p2 >> (64 - shift));
    scale /= <f64>(<u64>1 << shift);
  }
  // (top + rest)·π/2, top of 27 bits so that its product with the halves of π/2 is exact.
  const top = <f64>(p0 >> 37) * 137438953472;
  const rest = <f64>(p0 & 0x1fffffffff) + <f64>p1 / TWO64;
  const piHigh: f64 = 1.5707963109016418; // 26 bits
  const a = top * piHigh;
  const b = top * (HALF_PI - piHigh) + (rest * HALF_PI + top * HALF_PI_LOW);
  const high = a + b;
  const low = a - high + b;
  if (beyond) scale = -scale;
  reduced = high * scale;
  reducedLow = low * scale;
}
