import { readFileSync } from 'node:fs';

/** A measured mean with its standard error. */
export interface Measured {
  readonly mean: number;
  readonly se: number;
  readonly n_seeds: number;
}

export interface GaussianFeatures {
  readonly configs: readonly {
    readonly M: number;
    readonly lambda_exponent: number;
    readonly target_exponent: number;
    readonly ridge: number;
    readonly noise_var: number;
    readonly rows: readonly { readonly n: number; readonly measured: Record<'test_mse' | 'train_mse' | 'lml' | 'post_var', Measured> }[];
  }[];
}

export interface SphereRelu {
  readonly configs: readonly {
    readonly d: number;
    readonly kernel_eigenvalues_by_degree_0to10: readonly number[];
    readonly rows: readonly {
      readonly n: number;
      readonly ridge: number;
      readonly measured: Record<'test_mse' | 'deg0' | 'deg1' | 'deg2' | 'deg_ge3' | 'train_mse' | 'lml', Measured>;
    }[];
  }[];
}

export interface MnistNngp {
  readonly configs: readonly {
    readonly task: '0v1' | 'oddeven';
    readonly ridge: number;
    readonly train_index_lists: readonly (readonly number[])[];
    readonly kernel_check_train_images_0to3: readonly (readonly number[])[];
    readonly rows: readonly { readonly n: number; readonly test_mse_per_draw: readonly number[] }[];
  }[];
}

export interface MnistPool {
  readonly configs: readonly {
    readonly task: '0v1' | 'oddeven';
    readonly ridge: number;
    readonly pool_train_indices: readonly number[];
    readonly top20_eigenvalues: readonly number[];
    readonly top20_target_power: readonly number[];
    readonly rows: readonly { readonly n: number; readonly measured: Record<'test_mse_pool' | 'train_mse' | 'lml', Measured> }[];
  }[];
}

/** Reads `golden/<name>.json`. */
export const golden = <T>(name: string): T => JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8')) as T;
