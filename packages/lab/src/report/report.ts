import type { Experiment } from '../experiment/experiment.js';
import type { Sections } from './sections.js';

/** Version of the JSON form of a report. Readers refuse others. */
export const reportSchemaVersion = 1;

/** Everything a run produced, as plain JSON. */
export interface Report {
  readonly kind: 'saddlepoint-report';
  readonly schemaVersion: typeof reportSchemaVersion;
  readonly experiment: Experiment;
  readonly seed: number;
  readonly data: {
    readonly name: string;
    readonly provenance: string;
    readonly pool: number;
    readonly test: number;
    readonly inputDimension: number;
    /** Mean square of the targets on the test samples: the error of predicting zero. */
    readonly targetPower: number;
    /** True when every target is +1 or −1. */
    readonly binary: boolean;
  };
  readonly environment: {
    readonly runtime: string;
    /** Backend of the trained networks, when some were trained. */
    readonly backend: string | null;
    /** Versions of packages, as far as the caller knew them. */
    readonly packages: Readonly<Record<string, string>>;
  };
  /** Milliseconds by stage; `total` is their sum. */
  readonly timings: Readonly<Record<string, number>>;
  readonly sections: Readonly<Partial<Sections> & Record<string, unknown>>;
}
