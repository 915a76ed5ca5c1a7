// GP regression on MNIST. `--large`: 20 000 images (some minutes, about 4 GB). Build first: pnpm -F @saddlepoint/kernels... build
import { gpRegression } from './gp.mjs';

const samples = process.argv.includes('--large') ? 20_000 : 4000;
await gpRegression({ samples }, (line) => process.stdout.write(`${line}\n`));
