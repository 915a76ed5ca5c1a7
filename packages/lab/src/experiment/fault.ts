import { SaddlepointRangeError, SaddlepointTypeError, jsonPathText, showJson, valueAtPath } from '@saddlepoint/core';
import type { z } from 'zod';

/** Number of single-letter edits between two words. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}

/** The word of `known` that `word` most likely meant, if any is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known.map((k) => ({ k, distance: editDistance(word.toLowerCase(), k.toLowerCase()) })).sort((x, y) => x.distance - y.distance);
  return best !== undefined && best.distance <= Math.max(2, word.length / 3) ? best.k : undefined;
}

/** The first issue as a one-line error: path, expected, got, and what to do. `fields` lists the known field names at a path. */
export function faultOf(error: z.ZodError, root: unknown, name: string, fields: (path: readonly PropertyKey[]) => readonly string[]): Error {
  const [issue] = error.issues;
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    const meant = nearest(key, fields(issue.path));
    return new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
      argument: jsonPathText(name, [...issue.path, key]),
      expected: `no such field (${meant === undefined ? 'remove it' : `did you mean "${meant}"?`})`,
      got: showJson(valueAtPath(root, [...issue.path, key])),
    });
  }
  const got = valueAtPath(root, issue.path);
  const fault = { argument: jsonPathText(name, issue.path), expected: issue.message, got: showJson(got) };
  return issue.code === 'invalid_type' && got !== undefined ? new SaddlepointTypeError(fault) : new SaddlepointRangeError('ERR_ARGUMENT_RANGE', fault);
}

/** Field names of a JSON Schema object at a data path. */
export function fieldsAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  let node = schema as { properties?: Record<string, unknown>; items?: unknown } | undefined;
  for (const key of path) node = (typeof key === 'number' ? node?.items : node?.properties?.[String(key)]) as typeof node;
  return Object.keys(node?.properties ?? {});
}
