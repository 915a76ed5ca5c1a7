/** What a mode has done: e, the part of its distance that is left, and (1 − e)/(rate of the mode), which keeps its digits where e ≈ 1. */
export interface Progress {
  readonly decay: number;
  readonly progress: number;
}

/** So many steps, or so short a time, are followed one by one, or as a power series: closed forms of 1 − e would cancel. */
const FEW = 64;
const SHORT = 0.5;
/** Roots this much apart, relative to their sum, are treated one by one; nearer or complex ones together. */
const APART = 0.01;

/**
 * s^t·[cos(tφ) + k·sin(tφ)/√−D] for complex roots (D < 0), and its continuation to D ≥ 0, with s·e^{±iφ} the roots: c ± √D, c² − D = s², c > 0.
 * For `time` and `frequency` with cos → cosh.
 */
function pairOfRoots(logScale: number, angle: number, discriminant: number, weight: number, limit: number): number {
  if (discriminant < 0) return Math.exp(logScale) * (Math.cos(angle) + (weight * Math.sin(angle)) / Math.sqrt(-discriminant));
  if (discriminant === 0) return Math.exp(logScale) * (1 + weight * limit);
  const fall = Math.exp(-2 * angle);
  return 0.5 * Math.exp(logScale + angle) * (1 + fall - (weight * Math.expm1(-2 * angle)) / Math.sqrt(discriminant));
}

/**
 * Heavy-ball descent on a quadratic of curvature κ, e_{t+1} = (1+μ−m)e_t − μe_{t−1} with m = ηκ, e₀ = e_{−1} = 1: `progress` = (1 − e_t)/m.
 *
 * Real roots through their distances a from 1, a² − (1−μ+m)a + m = 0; complex and nearly equal ones through angle and modulus √μ.
 */
export function heavyBallSteps(m: number, momentum: number, steps: number): Progress {
  if (steps <= FEW) {
    let [decay, before, progress, velocity] = [1, 1, 0, 0];
    for (let t = 0; t < steps; t++) {
      [decay, before] = [(1 - m) * decay + momentum * (decay - before), decay];
      velocity = momentum * velocity + (1 - m * progress);
      progress += velocity;
    }
    return { decay, progress };
  }
  if (momentum === 0) return plainSteps(m, steps);
  const half = 0.5 * (1 - momentum + m);
  const discriminant = half * half - m;
  if (discriminant > APART * half * half) {
    const far = half + Math.sqrt(discriminant);
    const near = m / far;
    const [slow, fast] = [plainSteps(near, steps), plainSteps(far, steps)];
    const slowWeight = (far * (1 - near)) / (far - near);
    const fastWeight = (-near * (1 - far)) / (far - near);
    return {
      decay: slowWeight * slow.decay + fastWeight * fast.decay,
      progress: (slowWeight * near * slow.progress + fastWeight * far * fast.progress) / m,
    };
  }
  const centre = 0.5 * (1 + momentum - m);
  const sign = centre < 0 ? -1 : 1;
  const root = Math.sqrt(Math.abs(discriminant));
  const angle = discriminant < 0 ? Math.atan2(root, Math.abs(centre)) : Math.atanh(root / Math.abs(centre));
  const weight = 0.5 * sign * (1 - momentum - m);
  const decay = sign ** steps * pairOfRoots(0.5 * steps * Math.log(momentum), steps * angle, discriminant, weight, steps / Math.abs(centre));
  return { decay, progress: (1 - decay) / m };
}

/** (1 − m)^t, exactly where it alternates and without loss of digits where m is small. */
function plainSteps(m: number, steps: number): Progress {
  if (m < 0.5) {
    const exponent = steps * Math.log1p(-m);
    return { decay: Math.exp(exponent), progress: -Math.expm1(exponent) / m };
  }
  const decay = (1 - m) ** steps;
  return { decay, progress: (1 - decay) / m };
}

/**
 * A damped oscillator ë + γė + κe = 0, e(0) = 1, ė(0) = 0, at time t (∞ when γ > 0): `progress` = (1 − e)/κ.
 */
export function dampedMode(curvature: number, friction: number, time: number): Progress {
  if (time === Infinity) return { decay: 0, progress: 1 / curvature };
  if ((friction + Math.sqrt(curvature)) * time < SHORT) return shortTime(curvature, friction, time);
  const half = 0.5 * friction;
  const discriminant = half * half - curvature;
  if (discriminant > APART * half * half) {
    const fast = half + Math.sqrt(discriminant);
    const slow = curvature / fast;
    return {
      decay: (fast * Math.exp(-slow * time) - slow * Math.exp(-fast * time)) / (fast - slow),
      progress: (slow * Math.expm1(-fast * time) - fast * Math.expm1(-slow * time)) / (fast - slow) / curvature,
    };
  }
  const decay = pairOfRoots(-half * time, Math.sqrt(Math.abs(discriminant)) * time, discriminant, half, time);
  return { decay, progress: (1 - decay) / curvature };
}

/** Power series of p″ + γp′ + κp = 1 in time. */
function shortTime(curvature: number, friction: number, time: number): Progress {
  // The terms of t^{k−1} and t^k.
  let [before, term, progress] = [0, 0.5 * time * time, 0];
  for (let k = 2; k < 24; k++) {
    progress += term;
    [before, term] = [term, (-curvature * before * time * time - friction * k * term * time) / (k * (k + 1))];
  }
  return { decay: 1 - curvature * progress, progress };
}
