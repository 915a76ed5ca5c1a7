import { startThreads } from '@saddlepoint/linalg';
import { expose } from 'comlink';
import imagesUrl from '../generated/mnist-images.idx?url';
import labelsUrl from '../generated/mnist-labels.idx?url';
import { fetchImages } from './pool.js';
import { theoryService } from './service.js';

// Where the page is cross-origin isolated the linear algebra uses every core; elsewhere it stays on this worker.
void startThreads();
expose(theoryService(() => fetchImages({ images: imagesUrl, labels: labelsUrl })));
