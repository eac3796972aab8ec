import { isObject } from '../../../request/is-json-object.ts';

/** A training job as Search knows it: the members of its description, and its tags. */
export type Searched = Readonly<Record<string, unknown>>;

/** Properties whose names end in the name of an entry, which may have dots: `HyperParameters.lr`, `Tags.team`, `Metrics.loss`. */
const BY_ENTRY: Readonly<Record<string, (job: Searched, entry: string) => unknown>> = {
  HyperParameters: (job, entry) => memberOf(job['HyperParameters'], entry),
  Environment: (job, entry) => memberOf(job['Environment'], entry),
  Tags: (job, entry) => itemNamed(job['Tags'], 'Key', entry, 'Value'),
  Metrics: (job, entry) => itemNamed(job['FinalMetricDataList'], 'MetricName', entry, 'Value'),
};

/** The values of a property: several where a list is on its path, none where the job has none. */
export function propertyValues(job: Searched, property: string): readonly unknown[] {
  const dot = property.indexOf('.');
  const [first, entry] = dot < 0 ? [property, ''] : [property.slice(0, dot), property.slice(dot + 1)];
  const byEntry = Object.hasOwn(BY_ENTRY, first) ? BY_ENTRY[first] : undefined;
  const values = dot >= 0 && byEntry !== undefined ? [byEntry(job, entry)] : valuesAt(job, property.split('.'));
  return values.filter((value) => value !== undefined);
}

/** The values at a path of members. Lists on the way are searched whole. */
export function valuesAt(value: unknown, [member, ...others]: readonly string[]): readonly unknown[] {
  if (Array.isArray(value))
    return value.flatMap((item) => valuesAt(item, member === undefined ? [] : [member, ...others]));
  if (member === undefined) return [value];
  const content = memberOf(value, member);
  return content === undefined ? [] : valuesAt(content, others);
}

function memberOf(value: unknown, member: string): unknown {
  return isObject(value) && Object.hasOwn(value, member) ? value[member] : undefined;
}

function itemNamed(list: unknown, key: string, name: string, member: string): unknown {
  const items = Array.isArray(list) ? (list as readonly unknown[]) : [];
  return memberOf(
    items.find((item) => memberOf(item, key) === name),
    member,
  );
}
