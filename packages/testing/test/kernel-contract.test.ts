import { kernelContract, type MatrixLike } from '../src/index.js';

/** The linear kernel XYᵀ/d written out: the smallest kernel that keeps the contract. */
function linearKernel(x: MatrixLike, y: MatrixLike = x): { nngp: MatrixLike } {
  const data = new Float64Array(x.rows * y.rows);
  for (let i = 0; i < x.rows; i++)
    for (let j = 0; j < y.rows; j++)
      for (let k = 0; k < x.cols; k++) data[i * y.rows + j] += (x.data[i * x.cols + k] * y.data[j * y.cols + k]) / x.cols;
  return { nngp: { rows: x.rows, cols: y.rows, data } };
}

kernelContract('linear, written out', linearKernel, { homogeneity: 1 });
