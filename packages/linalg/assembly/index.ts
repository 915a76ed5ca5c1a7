export { cholesky } from './cholesky';
export { gemm } from './gemm';
export { lu } from './lu';
export { applyReflectors, applyReflectorsWork } from './reflectors';
export { loewnerFactor, poleDistances, secularSums, secularVector } from './secular';
export { packThin, thinProduct } from './thin';
export { gramOfLower, invertLower, solveLeft } from './triangular';
export { tridiagonalize, tridiagonalizeWork } from './tridiagonal';
export { rotate } from './vector';
