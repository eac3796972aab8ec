import { VARIABLES } from '../../contract/variables.ts';
import { JsonDepthError, JsonSyntaxError, parseJson } from '../../json/parse.ts';
import type { LaunchDescription } from '../launcher.ts';
import { instanceTypeText } from '../launcher-parameters.ts';

/** Variables of a model-parallel job, by the version of PyTorch in the image (contract C63). */
export function modelParallelVariables(description: LaunchDescription): ReadonlyArray<readonly [string, string]> {
  const version = description.variables['SM_DLC_TORCH_VERSION'];
  if (parametersOf(description) === undefined || !version) return [];
  const major = Number.parseInt(version, 10);
  return [['NCCL_PROTO', 'simple'], ...(major >= 2 ? ([['NCCL_ALGO', 'ring']] as const) : [])];
}

/** The launcher that stands before the program of a model-parallel job where it is installed and wanted (C63). */
export function modelParallelArguments(description: LaunchDescription): readonly string[] {
  const parameters = parametersOf(description);
  const { environment } = description;
  if (parameters === undefined || !environment.installed.smddpmprun || backendOf(parameters) !== 'auto') return [];
  return ['smddpmprun', '-i', instanceTypeText(environment), '--allow-bypass'];
}

/** The parameters as text where the job is model-parallel. */
function parametersOf({ variables }: LaunchDescription): string | undefined {
  const text = variables[VARIABLES.modelParallel];
  return text === undefined || text === '' || text === '{}' ? undefined : text;
}

function backendOf(parameters: string): unknown {
  try {
    const value = parseJson(parameters);
    return value instanceof Map ? (value.get('ddp_dist_backend') ?? 'auto') : 'auto';
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof JsonDepthError) return 'auto';
    throw error;
  }
}
