import { expect } from 'vitest';

/** A number with the digits it was printed with. */
class Printed {
  constructor(text) {
    this.value = Number(text);
    const [mantissa, exponent = '0'] = text.toLowerCase().replace('-', '').split('e');
    const significant = mantissa.replace('.', '').replace(/^0+/, '').length;
    const decimals = (mantissa.split('.')[1] ?? '').length;
    const exact = !mantissa.includes('.') && exponent === '0';
    this.tolerance = exact ? 1e-9 * Math.abs(this.value) : significant >= 6 ? 1e-6 * Math.abs(this.value) : 0.5001 * 10 ** (Number(exponent) - decimals);
  }
}

/**
 * @param {string} text
 * @returns {any}
 */
export const printed = (text) => new Printed(text);

/**
 * Compares a value with what an example prints after `// =>`: numbers to the digits printed, arrays (typed or not) and
 * plain objects entry by entry, the rest strictly.
 *
 * @param {unknown} actual
 * @param {unknown} expected
 */
export function check(actual, expected, path = 'value') {
  if (expected instanceof Printed) {
    expect(typeof actual, `${path} is a number`).toBe('number');
    expect(Math.abs(actual - expected.value), `${path} = ${actual}, expected ${expected.value}`).toBeLessThanOrEqual(expected.tolerance);
  } else if (Array.isArray(expected)) {
    expect(actual, path).toHaveLength(expected.length);
    expected.forEach((item, i) => check(actual[i], item, `${path}[${i}]`));
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [key, item] of Object.entries(expected)) check(actual[key], item, `${path}.${key}`);
  } else expect(actual, path).toBe(expected);
}
