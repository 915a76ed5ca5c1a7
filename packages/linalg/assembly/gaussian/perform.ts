import { accumulateChunk, accumulateThreeChunk, fillChunk, scaleChunk } from './accumulate';
import { distanceToSineChunk, sineToDistanceChunk } from './distance';
import { erfChunk } from './erf';
import { ACCUMULATE, ACCUMULATE_THREE, DISTANCE_TO_SINE, ERF, FILL, PIECEWISE_LINEAR, SCALE, SINE_TO_DISTANCE } from './kinds';
import { piecewiseLinearChunk } from './piecewise-linear';
import { kind } from './plane';

// Performs a block of rows of a job over a plane.
export function planeChunk(chunk: i32): void {
  switch (kind()) {
    case PIECEWISE_LINEAR:
      piecewiseLinearChunk(chunk);
      break;
    case ERF:
      erfChunk(chunk);
      break;
    case ACCUMULATE:
      accumulateChunk(chunk);
      break;
    case ACCUMULATE_THREE:
      accumulateThreeChunk(chunk);
      break;
    case SCALE:
      scaleChunk(chunk);
      break;
    case FILL:
      fillChunk(chunk);
      break;
    case SINE_TO_DISTANCE:
      sineToDistanceChunk(chunk);
      break;
    case DISTANCE_TO_SINE:
      distanceToSineChunk(chunk);
      break;
  }
}
