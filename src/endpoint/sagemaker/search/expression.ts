import { propertyValues, type Searched, valuesAt } from './property-values.ts';

/** A condition on one property. */
export interface Filter {
  readonly Name: string;
  readonly Operator?: string;
  readonly Value?: string;
}

/** Conditions that one item of a list fulfils together. */
export interface NestedFilters {
  readonly NestedPropertyName: string;
  readonly Filters: readonly Filter[];
}

/** Conditions on a job. */
export interface SearchExpression {
  readonly Filters?: readonly Filter[];
  readonly NestedFilters?: readonly NestedFilters[];
  readonly SubExpressions?: readonly SearchExpression[];
  readonly Operator?: 'And' | 'Or';
}

/** Whether a job fulfils an expression; an empty one is fulfilled by each. */
export function fulfils(job: Searched, expression: SearchExpression): boolean {
  const { Filters = [], NestedFilters = [], SubExpressions = [], Operator = 'And' } = expression;
  const conditions = [
    ...Filters.map((filter) => () => holds(propertyValues(job, filter.Name), filter)),
    ...NestedFilters.map((nested) => () => hasItem(job, nested)),
    ...SubExpressions.map((sub) => () => fulfils(job, sub)),
  ];
  if (conditions.length === 0) return true;
  return Operator === 'Or' ? conditions.some((is) => is()) : conditions.every((is) => is());
}

/** How many conditions an expression has, those inside of it included. An empty expression is one. */
export function countConditions({ Filters = [], NestedFilters = [], SubExpressions = [] }: SearchExpression): number {
  const nested = NestedFilters.reduce((sum, { Filters: inner }) => sum + inner.length, 0);
  const inner = SubExpressions.reduce((sum, sub) => sum + countConditions(sub), 0);
  return Math.max(1, Filters.length + nested + inner);
}

// Names of nested conditions begin with the name of the list.
function hasItem(job: Searched, { NestedPropertyName: list, Filters }: NestedFilters): boolean {
  const found = propertyValues(job, list);
  const items = found.flatMap((value) => (Array.isArray(value) ? (value as readonly unknown[]) : [value]));
  const pathOf = (name: string) => (name.startsWith(`${list}.`) ? name.slice(list.length + 1) : name).split('.');
  return items.some((item) => Filters.every((filter) => holds(valuesAt(item, pathOf(filter.Name)), filter)));
}

function holds(values: readonly unknown[], { Operator = 'Equals', Value = '' }: Filter): boolean {
  const some = (is: (value: unknown) => boolean) => values.some(is);
  switch (Operator) {
    case 'Exists':
      return values.length > 0;
    case 'NotExists':
      return values.length === 0;
    case 'NotEquals':
      return !some((value) => compare(value, Value) === 0);
    case 'Contains':
      return some((value) => textOf(value).includes(Value));
    case 'In':
      return some((value) => Value.split(',').some((one) => compare(value, one.trim()) === 0));
    case 'GreaterThan':
      return some((value) => compare(value, Value) > 0);
    case 'GreaterThanOrEqualTo':
      return some((value) => compare(value, Value) >= 0);
    case 'LessThan':
      return some((value) => compare(value, Value) < 0);
    case 'LessThanOrEqualTo':
      return some((value) => compare(value, Value) <= 0);
    default:
      return some((value) => compare(value, Value) === 0);
  }
}

/** Numbers are compared as numbers, times also with a text such as `2026-11-30T12:00:00Z`, others as texts. NaN if neither is less. */
export function compare(value: unknown, text: string): number {
  const [a, b] = [
    numberOf(textOf(value)),
    typeof value === 'number' ? (numberOf(text) ?? timeOf(text)) : numberOf(text),
  ];
  if (a !== undefined && b !== undefined) return a - b;
  if (typeof value === 'number') return Number.NaN;
  return textOf(value) < text ? -1 : Number(textOf(value) > text);
}

/** A value as a text. Members of a request may have any names, `toString` too: they are never converted by the language. */
export function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function numberOf(text: string): number | undefined {
  return text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
}

// In seconds, as the times of a job.
function timeOf(text: string): number | undefined {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}
