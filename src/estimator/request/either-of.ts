/** An object with exactly one of the members: the others are absent. */
export type EitherOf<Members> = {
  [Name in keyof Members]: { readonly [Key in Name]: Members[Key] } & {
    readonly [Other in Exclude<keyof Members, Name>]?: never;
  };
}[keyof Members];
