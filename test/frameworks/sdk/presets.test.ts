// The presets of optml/estimator for Python train on this machine and at the endpoint. As built: `npm run build` first.
import { SKLEARN_LINES, torchLines } from './expected-logs.ts';
import { testPreset } from './preset-jobs.ts';

testPreset({ preset: 'ScikitLearn', packages: 'boosting', firstLines: SKLEARN_LINES, model: 'model.joblib' });
testPreset({ preset: 'PyTorch', packages: 'torch', firstLines: torchLines('cpu'), model: 'model.pt' });
