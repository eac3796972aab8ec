/** How a report can be written. */
export const REPORT_FORMATS = ['terminal', 'json', 'junit', 'html', 'markdown', 'sarif'] as const;

/** One of {@link REPORT_FORMATS}. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];
