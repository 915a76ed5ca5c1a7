// Written by tools/references/linalg/gaussian_coefficients.py; do not edit.

// (h − atan h)/h³ = N(z)/D(z), z = h² ≤ 1, error 2^-55.16: 6 coefficients of N, then 6 of D, whose
// leading coefficient is 1, highest degree first.
export function angleCoefficients(k: usize): void {
  store<f64>(k, 0.9009557436050968, 0);
  store<f64>(k, 27.78322172707356, 8);
  store<f64>(k, 219.13672383961148, 16);
  store<f64>(k, 661.1432878387792, 24);
  store<f64>(k, 832.2044008938035, 32);
  store<f64>(k, 367.6124951683323, 40);
  store<f64>(k, 38.9464462199348, 48);
  store<f64>(k, 404.6841504162907, 56);
  store<f64>(k, 1714.9235837287372, 64);
  store<f64>(k, 3405.7746432644194, 72);
  store<f64>(k, 3158.3156939843734, 80);
  store<f64>(k, 1102.837485504997, 88);
}
