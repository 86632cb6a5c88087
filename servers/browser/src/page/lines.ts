/** One line of an outline. */
export interface Line {
	readonly text: string;
	/** Of the element that the line stands for. */
	readonly ref?: string;
	/** Set on what can be acted on. */
	readonly role?: string;
	readonly name?: string;
	/** The line stands for the frame of this index. */
	readonly frame?: number;
}

/** Lines as they grow while a page is walked in reading order. */
export interface Sheet {
	readonly lines: Line[];
	/** Words not yet ended by a line break. */
	buffer: string;
	/** The element that the first of these words is in. */
	element: Element | undefined;
}

export type Sheets = ReturnType<typeof createSheets>;

export function createSheets() {
	/** One line; a page may write what looks like a ref, but only ours have brackets. */
	function plain(text: string): string {
		return text.replace(/\s+/g, ' ').replace(/\[(e\d+)\]/g, '($1)');
	}

	return {
		plain,
		open: (): Sheet => ({ lines: [], buffer: '', element: undefined }),

		write(sheet: Sheet, text: string, element: Element): void {
			const words = plain(text);
			if (words.trim() === '' && sheet.buffer === '') return;
			if (words.trim() !== '') sheet.element ??= element;
			sheet.buffer += sheet.buffer.endsWith(' ') ? words.replace(/^ /, '') : words;
		},

		/** `refOf` names the element that text is in, where text is to be pointed at too. */
		end(sheet: Sheet, refOf?: (element: Element) => string): void {
			const text = sheet.buffer.trim();
			const { element } = sheet;
			sheet.buffer = '';
			sheet.element = undefined;
			if (text === '' || /^[#|]+$/.test(text)) return;
			sheet.lines.push(refOf === undefined || element === undefined ? { text } : { text, ref: refOf(element) });
		},
	};
}
