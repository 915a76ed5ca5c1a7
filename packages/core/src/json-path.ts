/** A value as it stands in JSON, cut to 60 characters; `nothing` when it is missing. */
export function showJson(value: unknown): string {
  if (value === undefined) return 'nothing';
  // JSON.stringify has no text for functions and symbols, and would print null for NaN and Infinity.
  const text = typeof value === 'number' ? String(value) : typeof value === 'function' || typeof value === 'symbol' ? typeof value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/**
 * A path into JSON as a person writes it.
 *
 * @example
 * import { jsonPathText } from '@saddlepoint/core';
 * jsonPathText('network', ['layers', 0, 'width']); // => 'network.layers[0].width'
 */
export const jsonPathText = (root: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`), root);

/** What stands at a path of a JSON value; undefined where the path leaves it. */
export function valueAtPath(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
