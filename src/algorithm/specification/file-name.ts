/** The file at the root of a source, or of a project, that contains the specification of its algorithm. */
export const SPECIFICATION_FILE = 'algorithm.json';
