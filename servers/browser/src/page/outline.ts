import type { Actable, Actables } from './actable.ts';
import type { Dom } from './dom.ts';
import type { Line, Sheet, Sheets } from './lines.ts';
import type { Names } from './names.ts';
import type { Phrases } from './phrases.ts';
import type { Refs } from './refs.ts';
import type { Sight, Sights } from './sight.ts';

export interface OutlineRequest {
	/** The first number for new refs. */
	readonly next: number;
	/** Only what is in this element. */
	readonly scope?: string;
	/** Gives refs to lines of mere text too. */
	readonly pointsAtText?: boolean;
	/** Says where links lead. */
	readonly urls?: boolean;
}

export interface Outline {
	readonly lines: readonly Line[];
	/** The number after the last ref given. */
	readonly next: number;
	/** The page was too large to be walked to its end. */
	readonly isCut: boolean;
}

/** What a walk hands down. */
interface Above {
	readonly sight: Sight | undefined;
	readonly depth: number;
	/** In a label whose words its control's line says. */
	readonly isMute: boolean;
	/** Line breaks in the source are line breaks on the page. */
	readonly isPre: boolean;
}

/** The page as lines in reading order: what can be read, and a ref on what can be acted on. */
export function createOutline(
	dom: Dom,
	sights: Sights,
	names: Names,
	refs: Refs,
	actables: Actables,
	sheets: Sheets,
	phrases: Phrases,
) {
	const mostElements = 60_000;
	const deepest = 700;
	const skipped = new Set('script style noscript template head title object embed source track'.split(' '));
	let frames: Element[] = [];
	let elements = 0;
	let request: OutlineRequest = { next: 1 };

	function outline(asked: OutlineRequest): Outline {
		request = asked;
		frames = [];
		elements = 0;
		refs.from(asked.next);
		sights.refresh();
		actables.refresh();
		const sheet = sheets.open();
		const start = asked.scope === undefined ? dom.root() : refs.element(asked.scope);
		const parent = start && dom.parent(start);
		const sight = parent && sights.lookFromRoot(parent);
		if (start !== undefined && (parent === undefined || sight !== undefined)) {
			walk(start, { sight, depth: 0, isMute: false, isPre: false }, sheet);
		}
		end(sheet);
		return { lines: sheet.lines, next: refs.next(), isCut: elements > mostElements };
	}

	function walk(node: Node, above: Above, sheet: Sheet): void {
		if (node instanceof Text) text(node, above, sheet);
		else if (node instanceof Element && !skipped.has(dom.tag(node))) element(node, above, sheet);
	}

	function element(node: Element, above: Above, sheet: Sheet): void {
		elements += 1;
		if (elements > mostElements || above.depth > deepest) return;
		const sight = sights.look(node, above.sight);
		if (sight === undefined) return;
		// A control made too small to be met has a label or a button that stands for it.
		if (node instanceof HTMLInputElement && isTiny(node)) return;
		const below = belowOf(node, sight, above);
		const actable = standsForControl(node) ? 'control' : actables.actableAs(node, sight.style, above.sight?.style);
		if (actable !== undefined && sight.style.visibility === 'visible') act(node, actable, below, sheet);
		else if (dom.is(node, 'iframe, frame')) frame(node, sheet);
		else flow(node, below, sight.style.display, sheet);
	}

	/** An element that only holds others: a block begins and ends a line, a cell is told from the one before. */
	function flow(element: Element, below: Above, display: string, sheet: Sheet): void {
		const isCell = display === 'table-cell';
		const isBlock = !isCell && display !== 'contents' && !display.startsWith('inline');
		if (isBlock || dom.tag(element) === 'br') end(sheet);
		if (isCell && sheet.buffer.trim() !== '') sheets.write(sheet, ' | ', element);
		phrases.introduce(element, sheet);
		for (const child of dom.children(element)) walk(child, below, sheet);
		if (isBlock) end(sheet);
		else if (display.startsWith('inline-')) sheets.write(sheet, ' ', element);
	}

	function belowOf(element: Element, sight: Sight, above: Above): Above {
		const isMute = above.isMute || (element instanceof HTMLLabelElement && isNamedByControl(element));
		return { sight, depth: above.depth + 1, isMute, isPre: /^(pre|break-spaces)/.test(sight.style.whiteSpace) };
	}

	function text(node: Text, { sight, isMute, isPre }: Above, sheet: Sheet): void {
		const element = dom.parent(node);
		const words = node.data;
		if (isMute || element === undefined || sight === undefined) return;
		if (words.trim() !== '' && !sights.isReadable(element, sight)) return;
		const [first = '', ...rest] = isPre ? words.split('\n') : [words];
		sheets.write(sheet, first, element);
		for (const line of rest) {
			end(sheet);
			sheets.write(sheet, line, element);
		}
	}

	function end(sheet: Sheet): void {
		sheets.end(sheet, request.pointsAtText ? refs.of : undefined);
	}

	function frame(element: Element, sheet: Sheet): void {
		end(sheet);
		sheet.lines.push({ text: '', frame: frames.push(element) - 1 });
	}

	/** A label whose control is hidden, so that it is the label that a person clicks. */
	function standsForControl(element: Element): boolean {
		if (!(element instanceof HTMLLabelElement) || !(element.control instanceof HTMLInputElement)) return false;
		return /^(checkbox|radio|file)$/.test(element.control.type) && !isSeen(element.control);
	}

	function isNamedByControl(label: HTMLLabelElement): boolean {
		return label.control !== null && isSeen(label.control) && names.wordsOf(label).length <= phrases.longestName;
	}

	function isTiny(element: Element): boolean {
		const { width, height } = dom.rect(element);
		return width <= 1 || height <= 1;
	}

	function isSeen(control: Element): boolean {
		return !isTiny(control) && sights.lookFromRoot(control)?.style.visibility === 'visible';
	}

	function act(element: Element, actable: Actable, below: Above, outer: Sheet): void {
		const inner = sheets.open();
		if (!phrases.hidesContent(element)) for (const child of dom.children(element)) walk(child, below, inner);
		end(inner);
		end(outer);
		const isParent = inner.lines.some(({ role, frame }) => role !== undefined || frame !== undefined);
		const words = isParent ? '' : inner.lines.map((line) => line.text).join(' ');
		const isLong = words.length > phrases.longestName;
		if (!isParent || isWorthOwnRef(element, actable, inner)) {
			outer.lines.push(phrases.lineOf(element, isLong ? '' : words, request.urls === true));
		}
		if (isParent || isLong) outer.lines.push(...inner.lines);
	}

	/** Whether what holds other things to act on does something itself. */
	function isWorthOwnRef(element: Element, actable: Actable, { lines }: Sheet): boolean {
		if (actable !== 'listener') return actable === 'control';
		const { width, height } = dom.rect(element);
		const isVast = width * height > (innerWidth * innerHeight) / 2 && lines.length > 20;
		return !isVast && lines.some(({ role, frame }) => role === undefined && frame === undefined);
	}

	return { outline, frameOutlined: (index: number): Element | undefined => frames[index] };
}
