// Trains an algorithm on the job in SAGEMAKER_BASE_DIR, as a training container does: train-once.mjs MODULE. Prints the
// seconds of training with reading of the data, and the memory of the process, behind the output of the algorithm.
const started = performance.now();
const { train } = await import(process.argv[2]);
const loaded = performance.now();
await train();
const seconds = (performance.now() - loaded) / 1000;
const memory = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ seconds, memory, load: (loaded - started) / 1000 }));
