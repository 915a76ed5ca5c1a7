import { describe, expect, it } from 'vitest';
import '@saddlepoint/testing';
import { activations, defineActivation, elu, leakyRelu, normalizeActivation, resolveActivation, type Activation } from '../src/index.js';

describe('the built-in activations', () => {
  it('have derivatives that match their values', () => {
    for (const { name, value, derivative, secondDerivative } of Object.values<Activation>(activations))
      for (const x of [-4.1, -1.2, -0.3, 0.3, 1.2, 4.1]) {
        const h = 1e-5;
        // Central differences: truncation h²φ‴/6 and rounding ε|φ|/h, together below 1e-8 of max(1, |φ|) here.
        const floor = Math.max(1, Math.abs(value(x)));
        if (derivative !== null) expect((value(x + h) - value(x - h)) / (2 * h), name).toBeRelativelyClose(derivative(x), 1e-8, { floor });
        if (derivative !== null && secondDerivative !== undefined)
          expect((derivative(x + h) - derivative(x - h)) / (2 * h), name).toBeRelativelyClose(secondDerivative(x), 1e-8, { floor });
      }
  });

  it('are finite far out, and take the middle of a jump at a kink', () => {
    for (const { name, value, derivative } of Object.values<Activation>(activations))
      for (const x of [-700, -40, 0, 40, 700]) {
        expect(Number.isFinite(value(x)), `${name}(${x})`).toBe(true);
        expect(Number.isFinite(derivative === null ? 0 : derivative(x)), `${name}′(${x})`).toBe(true);
      }
    expect([activations.relu.derivative?.(0), activations.abs.derivative?.(0), activations.step.value(0), activations.sign.value(0)]).toEqual([0.5, 0, 0.5, 0]);
  });

  it('carry their own name as key', () => {
    for (const [key, { name }] of Object.entries<Activation>(activations)) expect(name.replace(/\(.*/, '')).toBe(key);
  });
});

describe('resolveActivation', () => {
  it('takes parameters by position and by name', () => {
    expect(resolveActivation('leakyRelu(0.2)').name).toBe(leakyRelu(0.2).name);
    expect(resolveActivation('leakyRelu(slope=0.2)').value(-1)).toBe(-0.2);
    expect(resolveActivation({ name: 'elu', alpha: 2 }).value(-1)).toBe(elu(2).value(-1));
    expect(resolveActivation('relu')).toBe(activations.relu);
    expect(resolveActivation('erf')).toBe(activations.erf);
    expect(resolveActivation('erf(2, 0.5)').value(1)).toBe(2 * activations.erf.value(0.5));
    expect(resolveActivation('sin(1,2,phase=0.5)').value(1)).toBe(Math.sin(2.5));
    expect(resolveActivation('polynomial(1,0,2)').value(3)).toBe(19);
    expect(resolveActivation({ name: 'polynomial', c3: 2 }).value(2)).toBe(16);
    expect(resolveActivation('hermite(3)').value(2)).toBeCloseTo(activations.hermite3.value(2), 15);
    expect(resolveActivation('rectifiedMonomial(3)').value(-2)).toBe(0);
    expect(resolveActivation('rectifiedMonomial(1)').dual).toBe(activations.relu.dual);
    expect(() => resolveActivation('monomial(1.5)')).toThrow('degree');
  });

  it('looks extensions up after the built-in ones', () => {
    const softsign = defineActivation({ name: 'softsign', value: (x) => x / (1 + Math.abs(x)), derivative: (x) => (1 + Math.abs(x)) ** -2, breakpoints: [0] });
    expect(resolveActivation('softsign', { activations: { softsign } })).toBe(softsign);
    expect(resolveActivation('erf', { activations: { erf: softsign } })).toBe(activations.erf);
  });

  it('explains what is wrong', () => {
    expect(() => resolveActivation('rleu')).toThrow(/activation: expected one of identity, relu.*, got "rleu"/);
    expect(() => resolveActivation('toString')).toThrow('one of');
    expect(() => resolveActivation('tanh(2)')).toThrow('no parameters for tanh');
    expect(() => resolveActivation('leakyRelu(x)')).toThrow('activation.slope: expected a number');
    expect(() => resolveActivation({ name: 'leakyRelu', slop: 1 })).toThrow('activation.slop: expected one of the parameters of leakyRelu: slope');
    expect(() => resolveActivation('a b')).toThrow('activation: expected a name');
  });

  it('has one way of writing a spec', () => {
    expect(normalizeActivation(' leakyRelu( 0.1 )')).toBe('leakyRelu(0.1)');
    expect(normalizeActivation({ name: 'erf' })).toBe('erf');
  });
});

describe('defineActivation', () => {
  const softsign = { name: 'softsign', value: (x: number) => x / (1 + Math.abs(x)), derivative: (x: number) => (1 + Math.abs(x)) ** -2 };

  it('fills in what is not given', () => {
    expect(defineActivation(softsign).smooth).toBe(true);
    expect(defineActivation({ ...softsign, breakpoints: [0] }).smooth).toBe(false);
  });

  it('refuses false claims', () => {
    expect(() => defineActivation({ ...softsign, derivative: (x) => (1 + Math.abs(x)) ** -1 })).toThrow('softsign.derivative');
    expect(() => defineActivation({ ...softsign, parity: 'even' })).toThrow('softsign.parity');
    expect(() => defineActivation({ ...softsign, homogeneity: 1 })).toThrow('softsign.homogeneity');
    expect(() => defineActivation({ ...softsign, value: () => NaN })).toThrow('softsign.value[0]: expected a finite number');
    expect(() => defineActivation({ ...softsign, name: '2x' })).toThrow('name: expected a letter');
  });

  it('checks the duals that come with it', () => {
    const { name: _name, ...erf } = activations.erf;
    expect(defineActivation({ ...erf, name: 'myErf' }).dual).toBe(activations.erf.dual);
    expect(() => defineActivation({ ...softsign, dual: (_q1, _q2, c) => c })).toThrow('softsign.dual(1, 1, 1)');
    expect(() => defineActivation({ ...erf, name: 'myErf', dualDerivative: (q1, q2, c) => 1 / Math.sqrt((1 + 2 * q1) * (1 + 2 * q2) - 4 * c * c) })).toThrow('myErf.dualDerivative(1, 1, 1)');
    // Right on the diagonal, wrong off it.
    expect(() => defineActivation({ ...erf, name: 'myErf', dualDerivative: (q1, q2) => activations.erf.dualDerivative?.(q1, q2, Math.sqrt(q1 * q2)) ?? NaN })).toThrow('dualDerivative(1, 0.5, 0.3)');
  });
});
