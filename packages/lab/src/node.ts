export { nodePlugin } from './node/datasets.js';
export { packageVersions } from './node/versions.js';
export { writeFiles, writeReport, type WrittenReport } from './node/write.js';
