// Builds dist/: commands and their rare parts as CommonJS (it starts a few milliseconds sooner than ES modules), the
// library as ES modules. Declarations come from tsc. Writes dist/meta.json, which a test reads.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { build } from 'esbuild';
import { writeNotices } from './notices.mjs';
import { SDK_LATER, SDK_LATER_FILE, sdkParts } from './sdk.mjs';
import { HASH_FILE, sourceHash } from './source-hash.mjs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const rare = Object.values(manifest.imports).map((paths) => paths['optml-source']);
// Bundled with the AWS SDK, which is 22 MB as packages and half a megabyte as what is used of it.
const withSdk = rare.filter((path) =>
  /^\.\/src\/(?:storage|endpoint|entry-point\/code-artifact|estimator\/cloud)/.test(path),
);
const commands = rare.filter((path) => path.startsWith('./src/cli/'));
const lazy = rare.filter((path) => !withSdk.includes(path) && !commands.includes(path));

const library = [
  '',
  'training/',
  'contract/',
  'endpoint/',
  'algorithm/',
  'algorithm/data/recordio/',
  'algorithms/kmeans/',
  'algorithms/linear-learner/',
  'estimator/',
  'algorithms/xgboost/',
].map((folder) => `src/${folder}index.ts`);

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  sourcemap: false,
  logLevel: 'warning',
  metafile: true,
  outdir: 'dist',
  outbase: 'src',
};
const commonJs = {
  ...common,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  // The rare parts ("#…" in package.json) stay files of their own, loaded by `require` at the point of use.
  external: Object.keys(manifest.imports),
  supported: { 'dynamic-import': false },
  define: { 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' },
  legalComments: 'none',
};

// yargs-parser asks for the URL of its module; making one takes more than a millisecond, and nothing else needs it.
const withModuleUrl = {
  define: { ...commonJs.define, 'import.meta.url': 'moduleUrl' },
  banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
};

const { plugins, buildLater } = sdkParts();
const withSdkOptions = {
  ...commonJs,
  // Its ES modules: of its CommonJS nothing could be left out.
  mainFields: ['module', 'main'],
  conditions: ['module'],
  minify: true,
  // Not a variable of the process, which a script's own SDK would see: users of optml cannot change which Node it needs.
  define: { ...commonJs.define, 'process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED': '"true"' },
  // The SDK asks for the names of some of its classes.
  keepNames: true,
};

// Before the build: a source that changes meanwhile makes it a stale one.
const hash = sourceHash('.');
rmSync('dist', { recursive: true, force: true });
const results = await Promise.all([
  build({ ...commonJs, entryPoints: ['src/bin/train.ts', 'src/bin/waiting-train.ts'], minify: true }),
  build({ ...commonJs, entryPoints: ['src/bin/optml.ts'], minify: true }),
  // For `require('optml')`: Node 20 cannot require an ES module from everywhere.
  build({ ...commonJs, entryPoints: library }),
  build({ ...commonJs, ...withModuleUrl, entryPoints: commands, outdir: 'dist/lazy', minify: true }),
  build({ ...commonJs, entryPoints: lazy, outdir: 'dist/lazy', minify: true }),
  build({ ...withSdkOptions, plugins, entryPoints: withSdk, outdir: 'dist/lazy' }),
  build({
    ...common,
    format: 'esm',
    splitting: true,
    external: Object.keys(manifest.imports),
    entryPoints: library,
  }),
  build({
    ...common,
    format: 'esm',
    external: ['optml'],
    entryPoints: ['import-optml', 'module-of-typescript', 'resolve-optml', 'run-module', 'top-level-await'].map(
      (name) => `src/node-hooks/${name}.ts`,
    ),
  }),
]);
results.push(await buildLater(withSdkOptions));
// Python programs, as they are.
cpSync('src/algorithms/xgboost/program', 'dist/algorithms/xgboost/program', {
  recursive: true,
  filter: (path) => !path.includes('__pycache__'),
});
for (const arch of ['x64', 'arm64']) {
  const hex = readFileSync(`src/process/parent/${arch}.hex`, 'utf8');
  writeFileSync(`dist/bin/program-parent-${arch}`, Buffer.from(hex.replaceAll('\n', ''), 'hex'), { mode: 0o755 });
}
const outputs = Object.assign({}, ...results.map((result) => result.metafile.outputs));
for (const [file, output] of Object.entries(outputs)) {
  if (!file.endsWith('.cjs')) continue;
  const text = withRelativePaths(file, readFileSync(file, 'utf8'));
  writeFileSync(file, text);
  output.bytes = Buffer.byteLength(text);
}
writeFileSync('dist/meta.json', JSON.stringify(outputs));
writeNotices(outputs, 'dist/THIRD-PARTY-LICENSES');
writeFileSync(HASH_FILE, hash);

// Looking a name of "imports" up in package.json takes Node several milliseconds.
function withRelativePaths(file, text) {
  // By `require`, or by what `createRequire` returns.
  return text.replace(/(\brequire|createRequire\)?\(__filename\))\("(#[\w/-]+)"\)/g, (_, load, name) => {
    const target = name === SDK_LATER ? SDK_LATER_FILE : manifest.imports[name].default;
    const path = relative(dirname(file), target);
    return `${load}(${JSON.stringify(path.startsWith('.') ? path : `./${path}`)})`;
  });
}
