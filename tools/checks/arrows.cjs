// Which package may import which: data flows one way. `pnpm arrows` keeps it so.
const foundation = ['core', 'linalg', 'numerics'];
const theory = [...foundation, 'architecture', 'kernels'];
const mayImport = {
  core: [],
  linalg: ['core'],
  numerics: ['core'],
  architecture: ['core', 'numerics'],
  datasets: foundation,
  kernels: [...foundation, 'architecture'],
  replica: foundation,
  scaling: [...foundation, 'replica'],
  adaptive: theory,
  dynamics: theory,
  'finite-width': [...foundation, 'architecture'],
  figures: ['core'],
  lab: [...theory, 'datasets', 'replica', 'scaling', 'adaptive', 'dynamics', 'finite-width', 'figures'],
};
// Tests may look at everything below the lab: they confront rooms with one another.
const names = Object.keys(mayImport);

const arrows = names.map((name) => ({
  name: `arrow-${name}`,
  comment: `${name} may import only: ${mayImport[name].join(', ') || 'nothing of the house'}`,
  severity: 'error',
  from: { path: `^packages/${name}/src/` },
  to: {
    path: '^(packages|apps)/',
    pathNot: [name, ...mayImport[name]].map((allowed) => `^packages/${allowed}/src/`),
  },
}));

module.exports = {
  forbidden: [
    ...arrows,
    {
      name: 'no-circular',
      comment: 'a cycle of values has no bottom to start from; types may know each other',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'tfjs-only-in-finite-width',
      comment: 'theory never depends on tfjs: it has no float64',
      severity: 'error',
      from: { pathNot: '^packages/finite-width/' },
      to: { path: '@tensorflow' },
    },
    {
      name: 'theories-run-anywhere',
      comment: 'theories run the same in Node, a worker and a page: no Node built-ins',
      severity: 'error',
      from: { path: '^packages/(core|linalg|numerics|architecture|kernels|replica|scaling|adaptive|dynamics|figures)/src/' },
      to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-deep-imports',
      comment: "another package is entered through its exports only",
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: {
        path: '^packages/([^/]+)/src/',
        pathNot: ['^packages/[^/]+/src/(index|node|engine-entry)\\.ts$', '^packages/$2/'],
      },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^(bun|deno):' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|/generated/|/assembly/)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@saddlepoint/source', 'import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
