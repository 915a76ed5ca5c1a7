// T (upper, b×b) of the compact form H_1 H_2…H_b = I − Yᵀ T Y (Y: rows of vectors), from the Gram matrix of Y.
export function triangularFactor(b: i32, g: usize, tau: usize, t: usize): void {
  for (let j = 0; j < b; j++) {
    const tj = load<f64>(tau + (<usize>j << 3));
    store<f64>(t + (<usize>(j * b + j) << 3), tj);
    for (let i = 0; i < j; i++) {
      let s: f64 = 0;
      for (let k = i; k < j; k++) s += load<f64>(t + (<usize>(i * b + k) << 3)) * load<f64>(g + (<usize>(k * b + j) << 3));
      store<f64>(t + (<usize>(i * b + j) << 3), -tj * s);
    }
  }
}
