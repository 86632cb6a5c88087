/** Fences text from outside, so that a reader can tell it from ours; returns the fenced text and its nonce. */
export function fence(text: string, origin?: string): { readonly text: string; readonly nonce: string } {
	throw new Error(`to be written ${text} ${origin}`);
}

/** Without control, bidirectional, invisible and tag characters and terminal escapes; tab and newline stay. */
export function clean(text: string): string {
	throw new Error(`to be written ${text}`);
}
