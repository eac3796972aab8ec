// The preset TensorFlowJs of optml/estimator trains on this machine and at the endpoint. As built: `npm run build` first.
import { testPreset } from './preset-jobs.ts';

const OWN_IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/optml:tfjs';

testPreset({ preset: 'TensorFlowJs', words: [OWN_IMAGE], firstLines: [], model: 'model.json' });
