/** What talking to a document fails with once another has taken its place. */
export function documentGone(cause?: unknown): Error {
	return Object.assign(new Error('the document is gone', { cause }), { code: 'DOCUMENT_GONE' });
}

const words =
	/context (with|was|id)|Cannot find context|Promise was collected|Target (page|closed)|session closed|Session closed|has been closed|detached|No frame (for|with)|Inspected target navigated|Frame with the given|Could not find node/i;

/** Whether an error says so; the DevTools protocol has only words for it. */
export function isDocumentGone(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	return (error as { code?: unknown }).code === 'DOCUMENT_GONE' || words.test(error.message);
}
