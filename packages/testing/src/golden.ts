import { readFileSync } from 'node:fs';

/** A golden file: reference numbers made outside the code under test, and where they came from. */
export interface Golden {
  /** How the numbers were made, to which precision, and by which kept generator where there is one. */
  readonly provenance: string;
}

/**
 * Reads `golden/<name>` beside the calling test file and checks that it says where its numbers come from.
 *
 * Usage: `const golden = loadGolden<Shape>(import.meta.url, 'duals.json')` in `packages/x/test/duals.test.ts` reads
 * `packages/x/test/golden/duals.json`.
 */
export function loadGolden<T extends object>(testUrl: string, name: string): T & Golden {
  const parsed: unknown = JSON.parse(readFileSync(new URL(`golden/${name}`, testUrl), 'utf8'));
  if (typeof parsed !== 'object' || parsed === null || !('provenance' in parsed) || typeof parsed.provenance !== 'string' || parsed.provenance === '')
    throw new TypeError(`golden/${name}: expected a JSON object with a non-empty "provenance" string; say how its numbers were made`);
  return parsed as T & Golden;
}
