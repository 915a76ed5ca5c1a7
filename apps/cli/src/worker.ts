import { parentPort, workerData } from 'node:worker_threads';
import { startThreads } from '@saddlepoint/linalg';
import { toFault } from './exit.js';
import type { Message } from './host.js';
import { jobs, type JobName } from './jobs/index.js';

const { name, input, threads } = workerData as { name: JobName; input: never; threads: number | undefined };
const say = (message: Message): void => parentPort?.postMessage(message);

try {
  await startThreads(threads === undefined ? {} : { threads });
  const result = await jobs[name](input, {
    onProgress: (progress) => {
      say({ type: 'progress', progress });
    },
  });
  say({ type: 'result', result });
} catch (error) {
  say({ type: 'fault', fault: toFault(error) });
}
