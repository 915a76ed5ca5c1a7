import type { Report } from './report.js';
import type { Sections } from './sections.js';

const sources: readonly (readonly [keyof Sections, string])[] = [
  ['spectrum', 'Lee et al., Deep neural networks as Gaussian processes, arXiv:1711.00165 (NNGP kernel)'],
  ['spectrum', 'Jacot, Gabriel, Hongler, Neural tangent kernel, arXiv:1806.07572 (NTK)'],
  ['learningCurve', 'Bordelon, Canatar, Pehlevan, Spectrum dependent learning curves in kernel regression, arXiv:2002.02561'],
  ['learningCurve', 'Canatar, Bordelon, Pehlevan, Spectral bias and task-model alignment, arXiv:2006.13198'],
  ['learningCurve', 'Jacot et al., Kernel alignment risk estimator, arXiv:2006.09796 (generalised cross-validation)'],
  ['ridgeFlow', 'Howard et al., Wilsonian renormalization of neural network Gaussian processes, arXiv:2405.06008'],
  ['exponent', 'Cui et al., Generalization error rates in kernel regression, arXiv:2105.15004'],
  ['featureLearning', 'Seroussi, Naveh, Ringel, Separation of scales and a thermodynamic description of feature learning, arXiv:2112.15383 (adaptive kernel)'],
  ['featureLearning', 'Li, Sompolinsky, Statistical mechanics of deep linear networks, arXiv:2012.04030; Pacelli et al., arXiv:2209.04882 (kernel rescaling)'],
  ['dynamics', 'Bordelon, Pehlevan, Self-consistent dynamical field theory, arXiv:2205.09653 (DMFT)'],
];

/** The papers behind the sections that a report has. */
export const citations = ({ sections }: Report): string[] => sources.filter(([section]) => sections[section] !== undefined).map(([, text]) => text);
