import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Matrix } from '../matrix.js';
import type { Instance } from './instance.js';

/**
 * A matrix whose entries live in engine memory: functions of this package read it there and leave their results there, so that a chain of
 * them copies nothing. It takes memory until it is disposed of (or, at the latest, collected as garbage).
 */
export interface ResidentMatrix extends Matrix, Disposable {
  /**
   * A view of the entries, until the matrix is disposed of. Where memory cannot be shared (a page that is not cross-origin isolated), ask
   * for it anew after other calls of this package: growth of memory empties older views.
   */
  readonly data: Float64Array;
  readonly disposed: boolean;
  /** Gives the memory back, at once. A second call does nothing. */
  readonly dispose: () => void;
}

type Free = (instance: Instance, address: number) => void;

interface Holding {
  readonly instance: Instance;
  readonly address: number;
  readonly free: Free;
}

const lost = new FinalizationRegistry<Holding>(({ instance, address, free }) => free(instance, address));

class Resident implements ResidentMatrix {
  #holding: Holding | undefined;
  #view: Float64Array | undefined;

  constructor(
    holding: Holding,
    readonly rows: number,
    readonly cols: number,
  ) {
    this.#holding = holding;
    lost.register(this, holding, this);
  }

  get data(): Float64Array {
    const holding = this.#holding;
    if (holding === undefined)
      throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'matrix', expected: 'a matrix in use', got: 'a disposed one' });
    const { buffer } = holding.instance.memory;
    if (this.#view?.buffer !== buffer) this.#view = new Float64Array(buffer, holding.address, this.rows * this.cols);
    return this.#view;
  }

  get disposed(): boolean {
    return this.#holding === undefined;
  }

  dispose(): void {
    const holding = this.#holding;
    if (holding === undefined) return;
    this.#holding = undefined;
    this.#view = undefined;
    lost.unregister(this);
    holding.free(holding.instance, holding.address);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Gives its own memory back and takes over that of `other`, which is disposed of. */
  adopt(other: Resident): void {
    this.dispose();
    const holding = other.#holding;
    lost.unregister(other);
    other.#holding = undefined;
    this.#holding = holding;
    if (holding !== undefined) lost.register(this, holding, this);
  }

  /** The engine that the entries live in, and where; undefined when disposed of. */
  place(): { readonly instance: Instance; readonly address: number } | undefined {
    return this.#holding;
  }

  addressIn(instance: Instance): number | undefined {
    return this.#holding?.instance === instance ? this.#holding.address : undefined;
  }
}

/** The block at `address` as a matrix; `free` is called once, when it is disposed of or collected. */
export function createResident(instance: Instance, address: number, rows: number, cols: number, free: Free): ResidentMatrix {
  return new Resident({ instance, address, free }, rows, cols);
}

/** Where the entries of A are in the memory of `instance`, if they live there. */
export function residentAddress(A: Matrix, instance: Instance): number | undefined {
  return A instanceof Resident ? A.addressIn(instance) : undefined;
}

/** Which engine A lives in, and where. */
export function holderOf(A: Matrix): { readonly instance: Instance; readonly address: number } | undefined {
  return A instanceof Resident ? A.place() : undefined;
}

/** Whether A lives in engine memory. */
export function isResident(A: Matrix): A is ResidentMatrix {
  return A instanceof Resident;
}

/** Moves the entries of `source`, of the same shape, into the handle A, whose old ones are lost. */
export function moveTo(A: Matrix, source: ResidentMatrix): Matrix {
  if (!(A instanceof Resident) || !(source instanceof Resident)) return source;
  A.adopt(source);
  return A;
}
