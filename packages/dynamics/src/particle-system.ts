import { throwIfAborted, nextTurn } from '@saddlepoint/core';
import { matrix, multiply, submatrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import type { RandomStream } from '@saddlepoint/numerics';
import { drawParticles, relax } from './particles.js';
import type { Pointwise } from './pointwise.js';

/** What one batch of particles needs to run. */
export interface ParticleRun {
  /** F, (n+m)×r. */
  readonly factor: Matrix;
  /** K^x between training points (rows) and all points, n×(n+m). */
  readonly pull: Matrix;
  readonly targets: Float64Array;
  readonly evaluate: Pointwise;
  readonly richness: number;
  readonly learningRate: number;
  /** λ = ηγ²σ²/n per step; 0 without noise and decay. */
  readonly decay: number;
  readonly steps: number;
  readonly recordEvery: number;
  readonly snapshotSteps: readonly number[];
  readonly pairs: number;
  readonly matchMoments: boolean;
}

/** Φ and G of one batch at one time, on the training points. */
export interface BatchSnapshot {
  readonly featureKernel: Matrix;
  readonly gradientKernel: Matrix;
  /** ⟨z²⟩. */
  readonly readoutMoment: number;
}

export interface BatchResult {
  /** Outputs on all points at every recorded step, rows×(n+m). */
  readonly outputs: Matrix;
  readonly snapshots: readonly BatchSnapshot[];
  /** Recorded rows that are finite: all, unless the run diverged. */
  readonly finiteRows: number;
}

const TURN_MILLISECONDS = 25;

/**
 * Runs one batch of interacting particles: h ← h + (ηγ/n) (zφ′∘Δ)K^x, z ← z + (ηγ/n)φΔ, f = ⟨zφ⟩/γ, both updates from the old
 * state, as gradient descent on all weights at once does.
 */
export async function runBatch(run: ParticleRun, stream: RandomStream, onStep: (step: number) => void, signal?: AbortSignal): Promise<BatchResult> {
  const { factor, pull, targets, evaluate, richness, learningRate, decay, steps, recordEvery, pairs } = run;
  const n = targets.length;
  const size = factor.rows;
  const count = 2 * pairs;
  const particles = drawParticles(stream.split('initial'), factor, pairs, run.matchMoments);
  const noise = stream.split('noise');
  const { h, z } = particles;
  const phi = matrix(count, size);
  const slope = matrix(count, size);
  const drive = matrix(count, n);
  const rate = (learningRate * richness) / n;
  const push = projector(pull, factor, n);
  const f = new Float64Array(size);
  const delta = new Float64Array(n);
  const outputs = matrix(Math.floor(steps / recordEvery) + 1, size);
  const snapshots: BatchSnapshot[] = [];
  let turn = performance.now();
  for (let step = 0; ; step++) {
    throwIfAborted(signal);
    evaluate(h.data, phi.data, slope.data);
    average(phi.data, z, f, richness);
    const diverged = !f.every((value) => Math.abs(value) < 1e100);
    if (diverged) return { outputs, snapshots, finiteRows: Math.ceil(step / recordEvery) };
    if (step % recordEvery === 0) outputs.data.set(f, (step / recordEvery) * size);
    if (run.snapshotSteps.includes(step)) snapshots.push(snapshot(phi, slope, z, n));
    onStep(step);
    if (step === steps) return { outputs, snapshots, finiteRows: outputs.rows };
    for (let i = 0; i < n; i++) delta[i] = rate * (targets[i] - f[i]);
    driveParticles(phi.data, slope.data, z, delta, size, drive.data);
    addInto(h.data, push(drive).data);
    if (decay > 0) relax(particles, noise, factor, decay);
    if (performance.now() - turn > TURN_MILLISECONDS) {
      await nextTurn();
      turn = performance.now();
    }
  }
}

/** Writes zφ′∘δ for every particle (p×n) and moves z by φ·δ, both from the old z; δ = (ηγ/n)Δ. */
function driveParticles(phi: Float64Array, slope: Float64Array, z: Float64Array, delta: Float64Array, size: number, drive: Float64Array): void {
  const n = delta.length;
  for (let i = 0, from = 0, to = 0; i < z.length; i++, from += size, to += n) {
    const readout = z[i];
    let change = 0;
    for (let k = 0; k < n; k++) {
      const d = delta[k];
      change += phi[from + k] * d;
      drive[to + k] = readout * slope[from + k] * d;
    }
    z[i] = readout + change;
  }
}

function addInto(target: Float64Array, change: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] += change[i];
}

/** drive·K^x in one product, or through the factor FFᵀ when its rank is small. */
function projector(pull: Matrix, factor: Matrix, n: number): (drive: Matrix) => Matrix {
  const { rows: size, cols: rank } = factor;
  if (n * size <= rank * (n + size)) return (drive) => multiply(drive, pull);
  const train = matrix(n, rank, factor.data.slice(0, n * rank));
  return (drive) => multiply(multiply(drive, train), factor, { transposeB: true });
}

function average(phi: Float64Array, z: Float64Array, f: Float64Array, richness: number): void {
  const size = f.length;
  const pairs = z.length / 2;
  f.fill(0);
  // Mirror images are summed together, so that what cancels in the lazy limit cancels before it is added up.
  for (let i = 0; i < pairs; i++) {
    const a = i * size;
    const b = (i + pairs) * size;
    const za = z[i];
    const zb = z[i + pairs];
    for (let k = 0; k < size; k++) f[k] += za * phi[a + k] + zb * phi[b + k];
  }
  for (let k = 0; k < size; k++) f[k] /= z.length * richness;
}

function snapshot(phi: Matrix, slope: Matrix, z: Float64Array, n: number): BatchSnapshot {
  const size = phi.cols;
  const count = z.length;
  const train = Int32Array.from({ length: n }, (_, i) => i);
  const weighted = matrix(count, size);
  let square = 0;
  for (let i = 0; i < count; i++) {
    square += z[i] * z[i];
    for (let k = 0; k < size; k++) weighted.data[i * size + k] = z[i] * slope.data[i * size + k];
  }
  const mean = (A: Matrix): Matrix => {
    const full = submatrix(multiply(A, A, { transposeA: true }), train, train);
    for (let i = 0; i < full.data.length; i++) full.data[i] /= count;
    return full;
  };
  return { featureKernel: mean(phi), gradientKernel: mean(weighted), readoutMoment: square / count };
}
