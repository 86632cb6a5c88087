import type { Dom } from './dom.ts';
import type { Line, Sheet, Sheets } from './lines.ts';
import type { Names } from './names.ts';
import type { Refs } from './refs.ts';
import type { Roles } from './roles.ts';

export type Phrases = ReturnType<typeof createPhrases>;

/**
 * How an outline words an element: `[e5] checkbox "Agree" checked`. A name in "quotes" can be read on the page,
 * one in {braces} is only a label or a description, one in <angles> is what the source calls an element without any.
 */
export function createPhrases(dom: Dom, roles: Roles, names: Names, refs: Refs, sheets: Sheets) {
	const longestName = 200;
	const mostOptions = 25;

	/** What is said of an element that is not acted on, before what is in it. */
	function introduction(element: Element): string {
		const role = roles.roleOf(element);
		switch (role) {
			case 'heading': {
				const level = Number(/^h([1-6])$/.exec(dom.tag(element))?.[1] ?? dom.attribute(element, 'aria-level'));
				return `${'#'.repeat(Math.min(Math.max(level || 2, 1), 6))} `;
			}
			case 'image':
			case 'img':
				return braced(clip(names.said(element)));
			case 'dialog':
			case 'alertdialog':
			case 'alert':
				return `${role} ${braced(clip(names.said(element)))}`.replace(/ +$/, ': ');
			case 'progressbar':
			case 'meter':
				return `${role} = ${roles.valueIn(element) ?? 'unknown'} `;
			default:
				return '';
		}
	}

	function introduce(element: Element, sheet: Sheet): void {
		sheets.write(sheet, introduction(element), element);
	}

	function braced(said: string): string {
		return said === '' ? '' : `{${said}} `;
	}

	/** The line of what can be acted on; `words` are those in it, unless they follow in lines of their own. */
	function lineOf(element: Element, words: string, urls: boolean): Line {
		const control = roles.controlOf(element);
		const role = roles.roleOf(control) || 'clickable';
		const isEditor = element instanceof HTMLElement && element.isContentEditable && role === 'textbox';
		const shown = clip((isEditor ? '' : words) || names.seen(element));
		const said = clip(names.said(element) || (control === element ? '' : names.said(control)));
		const trace = names.traceOf(element);
		const value = isEditor ? words : roles.valueIn(control);
		const ref = refs.of(element);
		const parts = [
			`[${ref}] ${role}`,
			shown === '' ? '' : `"${shown}"`,
			said === '' || shown.includes(said) ? '' : `{${said}}`,
			shown === '' && said === '' ? trace : '',
			value === undefined || value === '' ? '' : `= "${clip(value)}"`,
			optionsOf(control),
			placeOf(control),
			urls ? addressOf(element) : '',
			...roles.statesOf(control),
		];
		const text = parts.filter((part) => part !== '').join(' ');
		return { text, ref, role, name: shown || said || trace };
	}

	function optionsOf(element: Element): string {
		if (!(element instanceof HTMLSelectElement)) return '';
		const labels = [...element.options].map((option) => clip(option.label));
		const more = labels.length > mostOptions ? ` +${labels.length - mostOptions} more` : '';
		return `of ${labels.slice(0, mostOptions).join(' | ')}${more}`;
	}

	/** Where a picture that is drawn by script lies, for clicks by coordinates. */
	function placeOf(element: Element): string {
		if (!(element instanceof HTMLCanvasElement)) return '';
		const { x, y, width, height } = dom.rect(element);
		return `${Math.round(width)}x${Math.round(height)} at ${Math.round(x)},${Math.round(y)}`;
	}

	function addressOf(element: Element): string {
		return element instanceof HTMLAnchorElement && element.href !== '' ? `-> ${clip(element.href)}` : '';
	}

	/** Neutral, and cut where it is longer than a name may be. */
	function clip(text: string): string {
		const words = sheets.plain(text).trim();
		return words.length > longestName ? `${words.slice(0, longestName)}…` : words;
	}

	/** What is inside is said by the element's own line, or is not for reading. */
	function hidesContent(element: Element): boolean {
		return dom.is(element, 'select, textarea, canvas, video, audio, input');
	}

	return { introduce, lineOf, hidesContent, longestName };
}
