/** Formulas in MathML, which browsers set themselves. */
const sources = {
  curve: String.raw`<mi>E</mi><mo>(</mo><mi>n</mi><mo>)</mo><mo>=</mo><mfrac><mrow><munder><mo>∑</mo><mi>k</mi></munder><msup><mrow><mo>(</mo><mn>1</mn><mo>−</mo><msub><mi>L</mi><mi>k</mi></msub><mo>)</mo></mrow><mn>2</mn></msup><msubsup><mi>y</mi><mi>k</mi><mn>2</mn></msubsup><mo>+</mo><msubsup><mi>σ</mi><mi>ε</mi><mn>2</mn></msubsup></mrow><mrow><mn>1</mn><mo>−</mo><mfrac><mn>1</mn><mi>n</mi></mfrac><munder><mo>∑</mo><mi>k</mi></munder><msubsup><mi>L</mi><mi>k</mi><mn>2</mn></msubsup></mrow></mfrac>`,
  ridge: String.raw`<mi>κ</mi><mo>=</mo><msup><mi>σ</mi><mn>2</mn></msup><mo>+</mo><munder><mo>∑</mo><mi>k</mi></munder><mfrac><mrow><msub><mi>λ</mi><mi>k</mi></msub><mi>κ</mi></mrow><mrow><mi>κ</mi><mo>+</mo><mi>n</mi><msub><mi>λ</mi><mi>k</mi></msub></mrow></mfrac>`,
  learnability: String.raw`<msub><mi>L</mi><mi>k</mi></msub><mo>=</mo><mfrac><mrow><mi>n</mi><msub><mi>λ</mi><mi>k</mi></msub></mrow><mrow><mi>n</mi><msub><mi>λ</mi><mi>k</mi></msub><mo>+</mo><mi>κ</mi></mrow></mfrac>`,
  dynamics: String.raw`<mi>ℓ</mi><mo>(</mo><mi>t</mi><mo>)</mo><mo>=</mo><mfrac><mn>1</mn><mrow><mn>2</mn><mi>n</mi></mrow></mfrac><munder><mo>∑</mo><mi>μ</mi></munder><msup><mrow><mo>(</mo><msub><mi>y</mi><mi>μ</mi></msub><mo>−</mo><msub><mi>f</mi><mi>μ</mi></msub><mo>(</mo><mi>t</mi><mo>)</mo><mo>)</mo></mrow><mn>2</mn></msup>`,
} as const;

const spoken: Record<keyof typeof sources, string> = {
  curve: 'E of n equals the sum over modes of (1 minus L k) squared times y k squared, plus the label noise, over 1 minus the mean of L k squared',
  ridge: 'kappa equals sigma squared plus the sum over modes of lambda k kappa over kappa plus n lambda k',
  learnability: 'L k equals n lambda k over n lambda k plus kappa',
  dynamics: 'the loss at time t is the mean over training points of half the squared residual',
};

/** One of the formulas that the page's plots show. */
export function Formula({ of }: { readonly of: keyof typeof sources }) {
  return <span className="formula" role="img" aria-label={spoken[of]} dangerouslySetInnerHTML={{ __html: `<math aria-hidden="true" displaystyle="true">${sources[of]}</math>` }} />;
}
