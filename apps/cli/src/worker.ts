import { parentPort, workerData } from 'node:worker_threads';
import { toFault } from './exit.js';
import type { Message } from './host.js';
import { jobs, type JobName } from './jobs/index.js';

const { name, input } = workerData as { name: JobName; input: never };
const say = (message: Message): void => parentPort?.postMessage(message);

try {
  const result = await jobs[name](input, {
    onProgress: (progress) => {
      say({ type: 'progress', progress });
    },
  });
  say({ type: 'result', result });
} catch (error) {
  say({ type: 'fault', fault: toFault(error) });
}
