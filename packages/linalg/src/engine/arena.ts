/** A run of bytes. */
export interface Span {
  readonly address: number;
  readonly bytes: number;
}

/** Hands out blocks of a memory that can grow. Addresses and sizes are multiples of 16. */
export interface Arena {
  /** How many blocks are in use. */
  readonly blocks: () => number;
  /** The address of a fresh block. `grow(end)` is called when memory must reach up to byte `end`, and may throw. */
  readonly allocate: (bytes: number) => number;
  /** Frees all of the block at `address` but `kept` (ascending, disjoint, within it), which become blocks of their own. */
  readonly release: (address: number, kept?: readonly Span[]) => void;
}

const aligned = (bytes: number): number => Math.max(16, Math.ceil(bytes / 16) * 16);

/** An arena from byte `start` on: best fit over a list of gaps by address, neighbours joined. */
export function createArena(start: number, grow: (end: number) => void): Arena {
  const used = new Map<number, number>();
  const gaps: { address: number; bytes: number }[] = [];
  let top = start;

  const free = (address: number, bytes: number): void => {
    if (bytes === 0) return;
    let at = 0;
    while (at < gaps.length && gaps[at].address < address) at++;
    const joinsBefore = at > 0 && gaps[at - 1].address + gaps[at - 1].bytes === address;
    if (joinsBefore) gaps[--at].bytes += bytes;
    else gaps.splice(at, 0, { address, bytes });
    const gap = gaps[at];
    if (at + 1 < gaps.length && gap.address + gap.bytes === gaps[at + 1].address) {
      gap.bytes += gaps[at + 1].bytes;
      gaps.splice(at + 1, 1);
    }
    if (gap.address + gap.bytes === top) {
      top = gap.address;
      gaps.splice(at, 1);
    }
  };

  return {
    blocks: () => used.size,
    allocate: (wanted) => {
      const bytes = aligned(wanted);
      let best = -1;
      for (let i = 0; i < gaps.length; i++) if (gaps[i].bytes >= bytes && (best < 0 || gaps[i].bytes < gaps[best].bytes)) best = i;
      if (best >= 0) {
        const gap = gaps[best];
        const { address } = gap;
        if (gap.bytes === bytes) gaps.splice(best, 1);
        else {
          gap.address += bytes;
          gap.bytes -= bytes;
        }
        used.set(address, bytes);
        return address;
      }
      grow(top + bytes);
      const address = top;
      top += bytes;
      used.set(address, bytes);
      return address;
    },
    release: (address, kept = []) => {
      const bytes = used.get(address);
      if (bytes === undefined) throw new RangeError(`no block at ${address}`);
      used.delete(address);
      let next = address;
      for (const span of kept) {
        free(next, span.address - next);
        used.set(span.address, aligned(span.bytes));
        next = span.address + aligned(span.bytes);
      }
      free(next, address + bytes - next);
    },
  };
}
