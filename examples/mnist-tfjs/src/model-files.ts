import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { io } from '@tensorflow/tfjs';

const WEIGHTS_FILE = 'weights.bin';

/** Saves and loads a model as `model.json` and `weights.bin` in a folder: the layers format, which every tfjs reads. */
export function modelFiles(dir: string): io.IOHandler {
  return {
    async save({ weightSpecs = [], weightData, ...description }) {
      const weights = io.CompositeArrayBuffer.join(weightData);
      const weightsManifest = [{ paths: [WEIGHTS_FILE], weights: weightSpecs }];
      await mkdir(dir, { recursive: true });
      await writeFile(join(dir, WEIGHTS_FILE), new Uint8Array(weights));
      await writeFile(join(dir, 'model.json'), JSON.stringify({ ...description, weightsManifest }));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    },
    async load() {
      const description = JSON.parse(await readFile(join(dir, 'model.json'), 'utf8')) as io.ModelJSON;
      return io.getModelArtifactsForJSON(description, async (manifest) => [
        manifest.flatMap((group) => group.weights),
        new Uint8Array(await readFile(join(dir, WEIGHTS_FILE))).buffer,
      ]);
    },
  };
}
