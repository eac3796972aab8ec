/** Name of the report in the folder of a job. */
export const REPORT_FILE = 'report.html';
