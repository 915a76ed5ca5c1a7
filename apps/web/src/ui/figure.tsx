import { useEffect, useRef, useState } from 'react';
import { drawing, type Drawing } from './drawing.js';
import type { FigureSpec } from '@saddlepoint/figures';
import { messageOf } from '../state/format.js';

interface FigureProps {
  /** Builds the specification for a plotting area of this size; undefined while there is nothing to draw. */
  readonly spec: ((size: { readonly width: number; readonly height: number }) => FigureSpec) | undefined;
  /** Said by screen readers instead of the drawing. */
  readonly label: string;
  readonly testId: string;
  readonly waiting: string;
  /** Milliseconds that other figures go first. */
  readonly restMs?: number;
  /** Called when what was asked for stands on the screen. */
  readonly onDrawn?: () => void;
  readonly onError: (message: string) => void;
}

/** A figure of @saddlepoint/figures that fills its box, redraws only its data where it can, and follows the box's size. */
export function Figure({ spec, label, testId, waiting, restMs = 0, onDrawn, onError }: FigureProps) {
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawing>(undefined);
  const [size, setSize] = useState<{ width: number; height: number }>();

  useEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry.contentRect.width);
      const height = Math.floor(entry.contentRect.height);
      if (width > 0 && height > 0) setSize((before) => (before?.width === width && before.height === height ? before : { width, height }));
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.current?.close();
      drawn.current = undefined;
    };
  }, []);

  useEffect(() => {
    if (spec === undefined || size === undefined) return;
    drawn.current ??= drawing(box.current!, restMs);
    const show = async (): Promise<void> => {
      if (await drawn.current!.show(spec(size))) onDrawn?.();
    };
    show().catch((error: unknown) => onError(messageOf(error)));
  }, [spec, size, restMs, onDrawn, onError]);

  return (
    <div className="figure" data-testid={testId} data-drawn={spec !== undefined}>
      <div ref={box} className="figure-box" role="img" aria-label={label} />
      {spec === undefined && <p className="figure-waiting">{waiting}</p>}
    </div>
  );
}
