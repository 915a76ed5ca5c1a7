// Written by tools/references/linalg/elementwise_coefficients.py; do not edit. Each function stores its polynomial's coefficients at c, highest degree first.

// exp r = 1 + r + r²(1/2 + r·p(r)), |r| ≤ ½ ln 2; error over exp r: 2^-57.4.
export function expCoefficients(c: usize): void {
  store<f64>(c, 2.497838517526661e-08, 0);
  store<f64>(c, 2.7625189872896995e-07, 8);
  store<f64>(c, 2.7557640864061374e-06, 16);
  store<f64>(c, 2.4801508675704906e-05, 24);
  store<f64>(c, 0.00019841269466207273, 32);
  store<f64>(c, 0.0013888888926801076, 40);
  store<f64>(c, 0.008333333333500047, 48);
  store<f64>(c, 0.04166666666660395, 56);
  store<f64>(c, 0.16666666666666433, 64);
}

// log((1+s)/(1−s)) = 2s + s·z·p(z), z = s² ≤ (3−2√2)²; error over 2s: 2^-59.5.
export function logCoefficients(c: usize): void {
  store<f64>(c, 0.1479594955159158, 0);
  store<f64>(c, 0.15314050567196266, 8);
  store<f64>(c, 0.18183564325520257, 16);
  store<f64>(c, 0.22222198573196336, 24);
  store<f64>(c, 0.28571428742387506, 32);
  store<f64>(c, 0.3999999999941468, 40);
  store<f64>(c, 0.6666666666666734, 48);
}

// sin r = r + r·z·p(z), z = r² ≤ (π/4)²; error over r: 2^-58.0.
export function sinCoefficients(c: usize): void {
  store<f64>(c, 1.5896795638137395e-10, 0);
  store<f64>(c, -2.5050758114980795e-08, 8);
  store<f64>(c, 2.755731369191598e-06, 16);
  store<f64>(c, -0.00019841269829807802, 24);
  store<f64>(c, 0.008333333333322413, 32);
  store<f64>(c, -0.16666666666666632, 40);
}

// cos r = 1 − z/2 + z²·p(z), z = r² ≤ (π/4)²; error over cos r: 2^-64.0.
export function cosCoefficients(c: usize): void {
  store<f64>(c, -1.1358513967756678e-11, 0);
  store<f64>(c, 2.0875700416500882e-09, 8);
  store<f64>(c, -2.755731417624388e-07, 16);
  store<f64>(c, 2.4801587288841414e-05, 24);
  store<f64>(c, -0.001388888888887304, 32);
  store<f64>(c, 0.041666666666666595, 40);
}

// asin r = r + r·z·p(z), z = r² ≤ 1/4; error over r: 2^-59.8.
export function asinCoefficients(c: usize): void {
  store<f64>(c, 0.0326769141452066, 0);
  store<f64>(c, -0.021077332818407134, 8);
  store<f64>(c, 0.02176352925789151, 16);
  store<f64>(c, 0.003683028815384835, 24);
  store<f64>(c, 0.010786532836153525, 32);
  store<f64>(c, 0.011397775235976713, 40);
  store<f64>(c, 0.013980961556676441, 48);
  store<f64>(c, 0.017351600081512483, 56);
  store<f64>(c, 0.022372215660992734, 64);
  store<f64>(c, 0.030381942683587414, 72);
  store<f64>(c, 0.044642857175121564, 80);
  store<f64>(c, 0.07499999999970261, 88);
  store<f64>(c, 0.16666666666666763, 96);
}

// tanh r = r + r·z·p(z), z = r² ≤ (artanh ½)²; error over r: 2^-60.7.
export function tanhCoefficients(c: usize): void {
  store<f64>(c, -1.955133367533691e-05, 0);
  store<f64>(c, 8.340783159931267e-05, 8);
  store<f64>(c, -0.00023344511957103755, 16);
  store<f64>(c, 0.0005884694111836373, 24);
  store<f64>(c, -0.0014555488988687022, 32);
  store<f64>(c, 0.0035920929712088137, 40);
  store<f64>(c, -0.008863232694826237, 48);
  store<f64>(c, 0.02186948839158407, 56);
  store<f64>(c, -0.05396825396396232, 64);
  store<f64>(c, 0.13333333333326972, 72);
  store<f64>(c, -0.333333333333333, 80);
}

// erf r = r + r·p(z), z = r² ≤ 1; error over erf r: 2^-62.7.
export function erfCoefficients(c: usize): void {
  store<f64>(c, 5.945259281149681e-11, 0);
  store<f64>(c, -1.1365664487358762e-09, 8);
  store<f64>(c, 1.4657879458770063e-08, 16);
  store<f64>(c, -1.6350025165720737e-07, 24);
  store<f64>(c, 1.646097281170204e-06, 32);
  store<f64>(c, -1.4925593506563864e-05, 40);
  store<f64>(c, 0.00012055331036886346, 48);
  store<f64>(c, -0.000854832697874185, 56);
  store<f64>(c, 0.005223977624780861, 64);
  store<f64>(c, -0.026866170645072893, 72);
  store<f64>(c, 0.11283791670954857, 80);
  store<f64>(c, -0.3761263890318375, 88);
  store<f64>(c, 0.1283791670955126, 96);
}

// erfc r = exp(−r²)·p((r−1)/(r+3)), 1 ≤ r ≤ 6; error of erfc r, absolute: 2^-61.3.
export function erfTailCoefficients(c: usize): void {
  store<f64>(c, -0.0008536535179486957, 0);
  store<f64>(c, 0.002857487863597288, 8);
  store<f64>(c, -8.712569074841549e-05, 16);
  store<f64>(c, -0.008285740044875851, 24);
  store<f64>(c, -0.002202006433393731, 32);
  store<f64>(c, 0.04264492801428568, 40);
  store<f64>(c, -0.022371934609417065, 48);
  store<f64>(c, -0.223946803751598, 56);
  store<f64>(c, 0.7239166800930066, 64);
  store<f64>(c, -1.2234841074561085, 72);
  store<f64>(c, 1.3770969228146643, 80);
  store<f64>(c, -1.092848059135593, 88);
  store<f64>(c, 0.427583576155807, 96);
}
