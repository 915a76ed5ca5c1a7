import type { ReactNode } from 'react';
import type { Experiment, FieldName } from '../state/fields.js';
import { Choice, Slider } from './field.js';

interface ControlsProps {
  readonly experiment: Experiment;
  readonly set: (name: FieldName, value: string | number) => void;
  /** What stands below the sliders. */
  readonly children: ReactNode;
}

const Group = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <fieldset>
    <legend>{title}</legend>
    {children}
  </fieldset>
);

/** Everything that defines the experiment. */
export function Controls({ experiment, set, children }: ControlsProps) {
  return (
    <form className="controls" aria-label="experiment" onSubmit={(event) => event.preventDefault()}>
      <Group title="Regression">
        <Slider name="ridge" value={experiment.ridge} onChange={set} />
        <Slider name="samples" value={experiment.samples} onChange={set} />
        <Slider name="target" value={experiment.target} onChange={set} />
      </Group>
      <Group title="Data and network">
        <Choice name="data" value={experiment.data} onChange={set} />
        <Choice name="activation" value={experiment.activation} onChange={set} />
        <Slider name="depth" value={experiment.depth} onChange={set} />
        <Slider name="weightVariance" value={experiment.weightVariance} onChange={set} />
        <Slider name="biasVariance" value={experiment.biasVariance} onChange={set} />
      </Group>
      <Group title="Training in time">
        <Slider name="richness" value={experiment.richness} onChange={set} />
      </Group>
      <Group title="Real networks">{children}</Group>
    </form>
  );
}
