import type { Hyperparameters, TunableRange, TuningScale } from '../hyperparameter.ts';
import type { NumberParameterRange, ParameterRanges, ScalingType } from './specification-types.ts';

const SCALING_TYPES: Readonly<Record<TuningScale, ScalingType>> = {
  auto: 'Auto',
  linear: 'Linear',
  logarithmic: 'Logarithmic',
  'reverse-logarithmic': 'ReverseLogarithmic',
};

/**
 * The recommended ranges of the tunable hyperparameters, for `ParameterRanges` of a tuning job; of those named, or all.
 *
 * @example
 * ```ts
 * import { tuningRanges } from 'optml/algorithm';
 * import { kmeans } from 'optml/algorithms/kmeans';
 *
 * const { IntegerParameterRanges = [] } = tuningRanges(kmeans, ['mini_batch_size']);
 * console.log(IntegerParameterRanges);
 * ```
 */
export function tuningRanges(
  { hyperparameters }: { readonly hyperparameters: Hyperparameters },
  names: readonly string[] = Object.keys(hyperparameters),
): ParameterRanges {
  const ranges = {
    IntegerParameterRanges: [] as NumberParameterRange[],
    ContinuousParameterRanges: [] as NumberParameterRange[],
    CategoricalParameterRanges: [] as { Name: string; Values: string[] }[],
  };
  for (const [name, declaration] of Object.entries(hyperparameters)) {
    if (!names.includes(name) || !('tunable' in declaration) || declaration.tunable === undefined) continue;
    switch (declaration.type) {
      case 'integer':
        ranges.IntegerParameterRanges.push(numberRange(name, declaration.tunable));
        break;
      case 'continuous':
        ranges.ContinuousParameterRanges.push(numberRange(name, declaration.tunable));
        break;
      case 'boolean':
        ranges.CategoricalParameterRanges.push({ Name: name, Values: ['true', 'false'] });
        break;
      default: {
        const { tunable, values } = declaration;
        ranges.CategoricalParameterRanges.push({
          Name: name,
          Values: [...(tunable === true ? values : tunable.values)],
        });
      }
    }
  }
  return ranges;
}

function numberRange(name: string, { min, max, scale = 'auto' }: TunableRange): NumberParameterRange {
  return { Name: name, MinValue: String(min), MaxValue: String(max), ScalingType: SCALING_TYPES[scale] };
}
