// Lays out a fresh job folder as the platform does: configuration, channels, and folders for the results. The source is
// left to `train`.
//
//   node make-job.mjs FOLDER CHANNELS [--NAME VALUE | --NAME=VALUE ...]
//
// CHANNELS are separated by commas ("training,testing", or "" for none); NAME and VALUE are hyperparameters. RESUME=1
// keeps the checkpoints of the job before, as the platform restores them when it starts a job again.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , folder = '', channelList = '', ...args] = process.argv;
if (folder === '') throw new Error('Usage: node make-job.mjs FOLDER CHANNELS [--NAME VALUE ...]');

const hyperparameters = readHyperparameters(args);
clear(folder);
const channels = channelList.split(',').filter((name) => name !== '');
for (const dir of ['input/config', 'model', 'output/data', ...channels.map((name) => `input/data/${name}`)]) {
  mkdirSync(join(folder, dir), { recursive: true });
}
writeConfig('hyperparameters', hyperparameters);
writeConfig('inputdataconfig', Object.fromEntries(channels.map((name) => [name, channelConfig()])));
writeConfig('resourceconfig', {
  current_host: 'localhost',
  hosts: ['localhost'],
  current_instance_type: 'local',
  current_group_name: 'homogeneousCluster',
  network_interface_name: 'eth0',
});

function clear(dir) {
  const names = existsSync(dir) ? readdirSync(dir) : [];
  if (names.length > 0 && !existsSync(join(dir, 'input', 'config'))) {
    throw new Error(`${dir} is neither empty nor a job folder: choose another one`);
  }
  const kept = process.env.RESUME === '1' ? ['checkpoints'] : [];
  for (const name of ['checkpoints', 'code', 'input', 'model', 'output']) {
    if (!kept.includes(name)) rmSync(join(dir, name), { recursive: true, force: true });
  }
}

function writeConfig(name, content) {
  writeFileSync(join(folder, 'input', 'config', `${name}.json`), JSON.stringify(content));
}

function channelConfig() {
  return { TrainingInputMode: 'File', S3DistributionType: 'FullyReplicated', RecordWrapperType: 'None' };
}

// All values are strings, as the platform's API wants them.
function readHyperparameters(words) {
  const values = {};
  for (let at = 0; at < words.length; at++) {
    const [, name, inline] = /^--([^=]+)(?:=(.*))?$/s.exec(words[at]) ?? [];
    const value = inline ?? words[++at];
    if (name === undefined) throw new Error(`Expected --NAME VALUE for a hyperparameter, got "${words[at]}"`);
    if (value === undefined) throw new Error(`The hyperparameter --${name} has no value`);
    values[name] = value;
  }
  return values;
}
