import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { poolSize } from './state/fields.js';
import { formatDuration, formatNumber } from './state/format.js';
import { useExperiment } from './state/use-experiment.js';
import { useDynamics } from './theory/use-dynamics.js';
import { useTheory } from './theory/use-theory.js';
import { useTraining } from './training/use-training.js';
import { Controls } from './ui/controls.js';
import { Figure } from './ui/figure.js';
import { Formula } from './ui/formulas.js';
import { Readouts } from './ui/readouts.js';
import { curveSpec, dynamicsSpec, learnabilitySpec, type Size } from './ui/specs.js';
import { Training } from './ui/training.js';

interface PanelProps {
  readonly name: string;
  /** True while what is shown answers an earlier question. */
  readonly stale?: boolean;
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

const Panel = ({ name, stale = false, title, aside, children }: PanelProps) => (
  <section className={`panel ${name}${stale ? ' stale' : ''}`} aria-labelledby={`${name}-title`}>
    <div className="panel-head">
      <h2 id={`${name}-title`}>{title}</h2>
      {aside}
    </div>
    {children}
  </section>
);

/** The page. */
export function App() {
  const { view, set, dismiss } = useExperiment();
  const { experiment, problems } = view;
  const theory = useTheory(view);
  const dynamics = useDynamics(experiment);
  const training = useTraining(experiment);
  const [drawProblem, setDrawProblem] = useState<string>();

  // A prediction of other data or another network stays on the screen, pale, until the new one is there.
  const { latest, stale } = theory;
  const prediction = latest?.prediction;
  const [updateMs, setUpdateMs] = useState<number>();
  const measured = useRef<number>(undefined);
  const onCurveDrawn = useCallback(() => {
    if (latest === undefined || latest.spectrumMs !== undefined || measured.current === latest.asked.changedAt) return;
    measured.current = latest.asked.changedAt;
    setUpdateMs(performance.now() - latest.asked.changedAt);
  }, [latest]);

  const { target } = experiment;
  const { trained } = training;
  const curve = useMemo(() => prediction && ((size: Size) => curveSpec(prediction, target, trained, size)), [prediction, target, trained]);
  const learnability = useMemo(() => prediction && ((size: Size) => learnabilitySpec(prediction, size)), [prediction]);
  const loss = useMemo(() => dynamics.curves && ((size: Size) => dynamicsSpec(dynamics.curves!, size)), [dynamics.curves]);
  const unconverged = trained.find((series) => series.width === experiment.width)?.points.filter((point) => !point.converged).length ?? 0;
  const faults = [...problems, ...[theory.problem, dynamics.problem, drawProblem].filter((problem) => problem !== undefined)];
  const chosen = prediction?.chosen;

  return (
    <>
      <header>
        <h1>Saddlepoint</h1>
        <p>
          How much data does a network need? A theory of learning curves, live, and the same networks trained in this page.
        </p>
        <p className="share">The address holds this view: copy it to share.</p>
      </header>
      {faults.length > 0 && (
        <div className="faults" role="alert" data-testid="faults">
          {faults.map((fault) => (
            <p key={fault}>{fault}</p>
          ))}
          {problems.length > 0 && (
            <button type="button" onClick={dismiss}>
              Dismiss
            </button>
          )}
        </div>
      )}
      <main>
        <Controls experiment={experiment} set={set}>
          <Training experiment={experiment} set={set} state={training.state} unconverged={unconverged} start={training.start} stop={training.stop} />
        </Controls>
        <div className={stale ? 'results stale' : 'results'} aria-busy={stale || prediction === undefined}>
          <Readouts prediction={prediction} ridge={experiment.ridge} target={target} />
          <Panel
            name="curve"
            title="Learning curve"
            aside={
              <span className="timing" data-testid="timing" data-update-ms={updateMs} data-theory-ms={latest?.theoryMs} data-spectrum-ms={latest?.spectrumMs} data-threads={latest?.threads}>
                {stale || latest === undefined
                  ? `computing the spectrum of ${poolSize} points…`
                  : updateMs === undefined
                    ? `spectrum in ${formatDuration(latest.spectrumMs ?? 0)}`
                    : `updated in ${formatDuration(updateMs)}`}
              </span>
            }
          >
            <Figure
              spec={curve}
              testId="curve-figure"
              waiting={`computing the spectrum of ${poolSize} points…`}
              label={
                chosen
                  ? `Test error against training samples. Theory falls to ${formatNumber(chosen.testError)} at ${chosen.samples} samples. ${trained.flatMap((s) => s.points.map((p) => `Networks of width ${s.width} at ${p.samples}: ${formatNumber(p.testError)}.`)).join(' ')}`
                  : 'Test error against training samples'
              }
              onDrawn={onCurveDrawn}
              onError={setDrawProblem}
            />
            <div className="caption">
              <p>
                The line is computed, not measured: the replica theory’s error on unseen data, with the spectrum, and the numerator through
                leave-one-out errors, of a pool of {poolSize} points. The points are networks of finite width, trained here
                with weight decay <i>σ</i>² towards their initial weights: mean and standard error over training sets. Wider ones come closer to the line.
              </p>
              <p className="formulas">
                <Formula of="curve" />
                <Formula of="ridge" />
              </p>
            </div>
          </Panel>
          <Panel name="learnability" title="What n samples teach">
            <Figure
              spec={learnability}
              testId="learnability-figure"
              restMs={40}
              waiting="waiting for the spectrum…"
              label={chosen ? `Learnability by mode: ${formatNumber(chosen.learnabilitySum)} modes learned from ${chosen.samples} samples.` : 'Learnability by mode'}
              onError={setDrawProblem}
            />
            <div className="caption">
              <p>
                The share of each kernel mode of the target that is learned. Modes with <i>nλ</i> above <i>κ</i> are: the large ones first.
              </p>
              <p className="formulas">
                <Formula of="learnability" />
              </p>
            </div>
          </Panel>
          <Panel name="dynamics" stale={dynamics.busy} title="How the loss falls" aside={<span className="timing" data-testid="loss-end" data-value={dynamics.curves?.curves[0].loss.at(-1)}>{dynamics.busy ? 'computing…' : dynamics.curves ? `n = ${dynamics.curves.samples}` : ''}</span>}>
            <Figure
              spec={loss}
              testId="dynamics-figure"
              restMs={40}
              waiting="computing the mean-field dynamics…"
              label={
                dynamics.curves
                  ? dynamics.curves.curves.map(({ name, loss: values }) => `Training loss, ${name}: from ${formatNumber(values[0])} to ${formatNumber(values.at(-1)!)}.`).join(' ')
                  : 'Training loss in time'
              }
              onError={setDrawProblem}
            />
            <div className="caption">
              <p>
                Infinitely wide networks, one hidden layer where not said otherwise. At richness <i>γ</i> features move
                {dynamics.curves
                  ? `: alignment of kernel and target ${formatNumber(dynamics.curves.alignment[0], 2)} → ${formatNumber(dynamics.curves.alignment[1], 2)}${dynamics.curves.diverged ? ', until the loss runs away: the step is too large' : ''}.`
                  : '.'}
              </p>
              <p className="formulas">
                <Formula of="dynamics" />
              </p>
            </div>
          </Panel>
        </div>
      </main>
    </>
  );
}
