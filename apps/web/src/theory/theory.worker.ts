import { expose } from 'comlink';
import imagesUrl from '../generated/mnist-images.idx?url';
import labelsUrl from '../generated/mnist-labels.idx?url';
import { fetchImages } from './pool.js';
import { theoryService } from './service.js';

expose(theoryService(() => fetchImages({ images: imagesUrl, labels: labelsUrl })));
