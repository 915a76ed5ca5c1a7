/** A point on the line x + t·direction. */
export interface LinePoint {
  readonly t: number;
  readonly value: number;
  readonly slope: number;
  readonly x: Float64Array;
  readonly gradient: Float64Array;
}

/** Minimiser of the cubic through two points with slopes, clamped away from the ends of the bracket. */
function cubicStep(a: LinePoint, b: LinePoint): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.t - b.t);
  const root = d1 * d1 - a.slope * b.slope;
  const d2 = Math.sign(b.t - a.t) * Math.sqrt(Math.max(root, 0));
  const t = b.t - ((b.t - a.t) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
  const [low, high] = [Math.min(a.t, b.t), Math.max(a.t, b.t)];
  const margin = 0.1 * (high - low);
  return Number.isFinite(t) && t > low + margin && t < high - margin ? t : 0.5 * (low + high);
}

/** A line search that asks for the points at some t, one after the other, whoever evaluates them. */
export type LineSearch = Generator<number, LinePoint | undefined, LinePoint>;

/**
 * Strong Wolfe line search (Nocedal & Wright, algorithms 3.5 and 3.6), c₁ = 1e-4, c₂ = 0.9. Yields t and takes the point there (value
 * may be infinite outside the domain). Returns undefined when no point below `origin` is found.
 */
export function* lineSearch(origin: LinePoint, first: number): LineSearch {
  const c1 = 1e-4;
  const c2 = 0.9;
  // Near the minimum differences of f drown in rounding; a relative slack of a few ε lets the slope decide.
  const slack = 4 * Number.EPSILON * Math.abs(origin.value);
  const sufficient = (p: LinePoint): boolean => p.value <= origin.value + c1 * p.t * origin.slope + slack;
  const curved = (p: LinePoint): boolean => Math.abs(p.slope) <= -c2 * origin.slope;
  const zoom = function* (start: LinePoint, end: LinePoint): LineSearch {
    let [low, high] = [start, end];
    for (let i = 0; i < 40; i++) {
      const point = yield Number.isFinite(high.value) ? cubicStep(low, high) : 0.5 * (low.t + high.t);
      if (!Number.isFinite(point.value) || !sufficient(point) || point.value >= low.value + slack) high = point;
      else {
        if (curved(point)) return point;
        if (point.slope * (high.t - low.t) >= 0) high = low;
        low = point;
      }
      if (Math.abs(high.t - low.t) <= 1e-14 * Math.max(high.t, low.t)) break;
    }
    return low.t > 0 ? low : undefined;
  };
  let previous = origin;
  let t = first;
  for (let i = 0; i < 30; i++) {
    const point = yield t;
    if (!Number.isFinite(point.value) || !sufficient(point) || (i > 0 && point.value >= previous.value)) return yield* zoom(previous, point);
    if (curved(point)) return point;
    if (point.slope >= 0) return yield* zoom(point, previous);
    previous = point;
    t *= 2.5;
  }
  return previous.t > 0 ? previous : undefined;
}
