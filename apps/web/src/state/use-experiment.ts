import { useCallback, useEffect, useState } from 'react';
import type { Experiment, FieldName } from './fields.js';
import { formatHash, parseHash } from './hash.js';

/** The view, when it last changed (for measuring how fast the page follows), and what was wrong with the address. */
export interface View {
  readonly experiment: Experiment;
  readonly changedAt: number;
  readonly problems: readonly string[];
}

const fromAddress = (): View => ({ ...parseHash(location.hash), changedAt: performance.now() });

/** The view kept in step with the address: sliders write it, a pasted link or the back button sets them. */
export function useExperiment(): { readonly view: View; readonly set: (name: FieldName, value: string | number) => void; readonly dismiss: () => void } {
  const [view, setView] = useState(fromAddress);

  const set = useCallback((name: FieldName, value: string | number) => {
    setView((before) =>
      before.experiment[name] === value ? before : { ...before, experiment: { ...before.experiment, [name]: value }, changedAt: performance.now() },
    );
  }, []);
  const dismiss = useCallback(() => setView((before) => ({ ...before, problems: [] })), []);

  useEffect(() => {
    const timer = setTimeout(() => {
      if (location.hash !== formatHash(view.experiment)) history.replaceState(null, '', formatHash(view.experiment));
    }, 200);
    return () => clearTimeout(timer);
  }, [view.experiment]);

  useEffect(() => {
    const follow = (): void => setView(fromAddress());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);

  return { view, set, dismiss };
}
