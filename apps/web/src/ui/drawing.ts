import { compileFigure, type FigureSpec } from '@saddlepoint/figures';
import { changeset, parse, View } from 'vega';

/** A place on the page that shows one figure after another. */
export interface Drawing {
  /** Resolves to true when this figure is on the screen, to false when a later one overtook it. */
  show(spec: FigureSpec): Promise<boolean>;
  close(): void;
}

/** A specification without its numbers, and the numbers by the name that stands in their place. */
interface Parted {
  readonly skeleton: FigureSpec;
  readonly data: ReadonlyMap<string, readonly object[]>;
}

/** Takes every inline `data.values` out, so that two figures that differ in numbers only share a compiled view. */
export function partData(spec: FigureSpec): Parted {
  const data = new Map<string, readonly object[]>();
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    const entries = Object.entries(node).map(([key, value]): [string, unknown] => {
      if (key !== 'data' || typeof value !== 'object' || value === null || !('values' in value)) return [key, walk(value)];
      const name = `numbers${data.size}`;
      data.set(name, (value as { values: object[] }).values);
      return [key, { name }];
    });
    return Object.fromEntries(entries);
  };
  return { skeleton: walk(spec) as FigureSpec, data };
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Draws SVG into `element`; a figure waits `restMs` first, so that one that matters less does not hold up another. */
export function drawing(element: HTMLElement, restMs = 0): Drawing {
  // The element says in words what is drawn; the marks inside are not read out one by one.
  const container = element.appendChild(document.createElement('div'));
  container.setAttribute('aria-hidden', 'true');
  let view: View | undefined;
  let skeletonShown = '';
  let latest = 0;
  let work: Promise<unknown> = Promise.resolve();

  async function draw(spec: FigureSpec): Promise<void> {
    const { skeleton, data } = partData(spec);
    const text = JSON.stringify(skeleton);
    if (view === undefined || text !== skeletonShown) {
      view?.finalize();
      view = new View(parse(compileFigure(skeleton).vega), { renderer: 'svg', container, hover: false });
      skeletonShown = text;
    }
    // Vega writes its own fields into the rows it is given.
    for (const [name, rows] of data) view.change(name, changeset().remove(() => true).insert(rows.map((row) => ({ ...row }))));
    await view.runAsync();
  }

  return {
    async show(spec) {
      const ticket = ++latest;
      if (restMs > 0) await rest(restMs);
      if (ticket !== latest) return false;
      work = work.then(() => (ticket === latest ? draw(spec) : undefined));
      const mine = work;
      work = work.catch(() => undefined);
      await mine;
      return ticket === latest;
    },
    close() {
      latest++;
      view?.finalize();
      view = undefined;
      container.remove();
    },
  };
}
