import * as tf from '@tensorflow/tfjs-core';
import { randomStream } from '@saddlepoint/numerics';
import type { Group } from './parameters.js';

type T2 = tf.Tensor2D;

/** Fresh N(0, 1) noise on the members' own blocks of every parameter tensor, from one stream per member. */
export function noiseSource(group: Group, seed: number | string): () => T2[] {
  const count = group.members.length;
  const streams = group.members.map((member) => randomStream(seed, 'langevin', member));
  const blocks = group.plan.layers.flatMap((layer, l) => [
    { height: layer.fanIn, width: layer.fanOut, diagonal: l > 0 },
    ...(layer.hasBias ? [{ height: 1, width: layer.fanOut, diagonal: false }] : []),
  ]);
  return () =>
    blocks.map(({ height, width, diagonal }) => {
      const cols = width * count;
      const values = new Float32Array((diagonal ? height * count : height) * cols);
      streams.forEach((stream, e) => {
        const block = stream.normals(height * width);
        for (let i = 0; i < height; i++) {
          const row = ((diagonal ? e * height : 0) + i) * cols + e * width;
          for (let j = 0; j < width; j++) values[row + j] = block[i * width + j];
        }
      });
      return tf.tensor2d(values, [values.length / cols, cols]);
    });
}
