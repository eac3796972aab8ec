// Learns the species of iris flowers from four measurements, with a random forest.
import { readFileSync, writeFileSync } from 'node:fs';
import { csvParse } from 'd3-dsv';
import { RandomForestClassifier } from 'ml-random-forest';
import { channelPath, hyperparameters, modelPath, outputDataPath } from 'optml';
import { z } from 'zod';

const {
  trees,
  seed,
  min_accuracy: minAccuracy,
} = hyperparameters(
  z.strictObject({
    trees: z.int().min(1).max(1000).default(50),
    seed: z.int().default(1),
    // The job fails when the model is worse than this.
    min_accuracy: z.number().min(0).max(1).default(0.9),
  }),
);

const flowers = csvParse(readFileSync(channelPath('training', 'iris.csv'), 'utf8'));
const features = flowers.columns.filter((column) => column !== 'species');
const species = [...new Set(flowers.map((flower) => flower['species']))];

// Every fifth flower is kept back, to be judged by.
const isTest = (_: unknown, index: number) => index % 5 === 4;
const training = flowers.filter((flower, index) => !isTest(flower, index));
const testing = flowers.filter(isTest);
console.log(`${training.length} flowers to learn, ${testing.length} to test, ${trees} trees`);

const measurements = (set: typeof training) => set.map((flower) => features.map((feature) => Number(flower[feature])));
const labels = (set: typeof training) => set.map((flower) => species.indexOf(flower['species']));
const forest = new RandomForestClassifier({ nEstimators: trees, seed, maxFeatures: 3, replacement: true, noOOB: true });
forest.train(measurements(training), labels(training));

const predicted = forest.predict(measurements(testing));
const accuracy = labels(testing).filter((label, index) => label === predicted[index]).length / testing.length;
console.log(`test_accuracy=${accuracy.toFixed(4)};`);
writeFileSync(modelPath('model.json'), JSON.stringify({ features, species, forest: forest.toJSON() }));
writeFileSync(outputDataPath('metrics.json'), JSON.stringify({ trees, seed, test_accuracy: accuracy }));
if (accuracy < minAccuracy) {
  throw new Error(`The test accuracy ${accuracy.toFixed(4)} is below min_accuracy ${minAccuracy}: try more trees`);
}
