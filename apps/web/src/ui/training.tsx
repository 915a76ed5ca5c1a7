import type { Experiment, FieldName } from '../state/fields.js';
import { ensemble, trainingSizes } from '../training/request.js';
import type { TrainingState } from '../training/use-training.js';
import { Choice, Slider } from './field.js';

interface TrainingProps {
  readonly experiment: Experiment;
  readonly set: (name: FieldName, value: string | number) => void;
  readonly state: TrainingState;
  readonly unconverged: number;
  readonly start: () => void;
  readonly stop: () => void;
}

/** Starts and stops the training of real networks, and says how it goes. */
export function Training({ experiment, set, state, unconverged, start, stop }: TrainingProps) {
  const { running, fraction, doing, backend, ended, problem } = state;
  const sizes = trainingSizes(experiment.samples);
  const says = running
    ? doing
    : ended === 'stopped'
      ? 'stopped'
      : ended === 'done'
        ? `done${unconverged > 0 ? `, but not converged at ${unconverged} of the sizes` : ''}`
        : `${ensemble.draws} training sets × ${ensemble.members} networks at n = ${sizes.join(', ')}`;
  return (
    <div className="training">
      <Slider name="width" value={experiment.width} onChange={set} />
      <Choice name="backend" value={experiment.backend} onChange={set} />
      <button type="button" className={running ? 'stop' : 'start'} onClick={running ? stop : start} data-testid="train">
        {running ? 'Stop' : 'Train networks'}
      </button>
      <progress value={running || ended === 'done' ? fraction : 0} max={1} aria-label="training progress" />
      <p className="training-state">
        <span role="status" data-testid="training-status">
          {says}
        </span>
        {backend !== undefined && (
          <>
            {'; on '}
            <span data-testid="backend">{backend}</span>
          </>
        )}
      </p>
      {problem !== undefined && (
        <p className="problem" role="alert">
          Training stopped: {problem}
        </p>
      )}
    </div>
  );
}
