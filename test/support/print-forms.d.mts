/** A secret as programs of Node print it, alone or inside of other text. */
export function formsByNode(secret: string): string[];
/** The same by Python; empty where there is none. */
export function formsByPython(secret: string): string[];
