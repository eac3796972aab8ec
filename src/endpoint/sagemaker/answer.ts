/**
 * The answer of an operation as its JSON has it: times are numbers, in seconds since 1970. `Output` is the SDK's type, which
 * allows undefined for each member.
 */
export type Answer<Output> = Wire<Omit<Output, '$metadata'>>;

type Wire<Value> = Value extends Date
  ? number
  : Value extends readonly (infer Item)[]
    ? readonly Wire<Item>[]
    : Value extends object
      ? { readonly [Member in keyof Value]?: Wire<Value[Member]> }
      : Value;
