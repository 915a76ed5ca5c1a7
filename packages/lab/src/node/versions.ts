import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = [
  ...['linalg', 'numerics', 'architecture', 'datasets', 'kernels', 'replica', 'scaling', 'adaptive', 'dynamics', 'finite-width', 'figures'].map((name) => `@saddlepoint/${name}`),
];

async function versionIn(file: string): Promise<string | undefined> {
  try {
    const { version } = JSON.parse(await readFile(file, 'utf8')) as { version?: string };
    return version;
  } catch {
    return undefined;
  }
}

/** Versions of the packages that a report depends on, as installed. */
export async function packageVersions(): Promise<Record<string, string>> {
  const require = createRequire(import.meta.url);
  const own = await versionIn(join(dirname(fileURLToPath(import.meta.url)), '../../package.json'));
  const versions: Record<string, string> = { '@saddlepoint/lab': own ?? 'unknown' };
  for (const name of packages)
    for (const folder of require.resolve.paths(name) ?? []) {
      const version = await versionIn(join(folder, name, 'package.json'));
      if (version === undefined) continue;
      versions[name] = version;
      break;
    }
  return versions;
}
