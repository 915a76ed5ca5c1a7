// What a job over a plane of pairs may be.
export const PIECEWISE_LINEAR: i32 = 0;
export const ERF: i32 = 1;
export const GELU: i32 = 2;
export const SINE: i32 = 3;
export const EXPONENTIAL: i32 = 4;
export const GAUSSIAN: i32 = 5;
export const SERIES: i32 = 6;
export const ACCUMULATE: i32 = 7;
export const ACCUMULATE_THREE: i32 = 8;
export const SCALE: i32 = 9;
export const FILL: i32 = 10;
export const SINE_TO_DISTANCE: i32 = 11;
export const DISTANCE_TO_SINE: i32 = 12;
export const COMBINE: i32 = 13;
export const FORM: i32 = 14;
export const AFFINE: i32 = 15;
