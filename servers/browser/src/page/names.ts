import type { Dom } from './dom.ts';

export type Names = ReturnType<typeof createNames>;

/** What an element is called, and whether that can be read on the page. */
export function createNames(dom: Dom) {
	function squeeze(text: string): string {
		return text.replace(/\s+/g, ' ').trim();
	}

	function wordsOf(element: Element): string {
		return squeeze(element instanceof HTMLElement ? element.innerText : dom.text(element));
	}

	/** The label's words, or what a button made of an input shows. */
	function seen(element: Element): string {
		if (element instanceof HTMLInputElement && /^(button|submit|reset)$/.test(element.type)) {
			return element.value || { submit: 'Submit', reset: 'Reset', button: '' }[element.type] || '';
		}
		return squeeze(
			labelsOf(element)
				.map((label) => wordsAround(label, element))
				.join(' '),
		);
	}

	function labelsOf(element: Element): readonly HTMLLabelElement[] {
		const labels = 'labels' in element ? element.labels : null;
		return labels instanceof NodeList ? ([...labels] as HTMLLabelElement[]) : [];
	}

	/** A label around a select has the options among its words. */
	function wordsAround(label: Element, control: Element): string {
		const words = wordsOf(label);
		return control instanceof HTMLSelectElement && dom.contains(label, control)
			? words.replace(wordsOf(control), '')
			: words;
	}

	/** A name that is only said to assistive technology, or shown as a hint. */
	function said(element: Element): string {
		const candidates = [
			referred(element),
			...['aria-label', 'alt', 'title', 'placeholder', 'aria-placeholder'].map((name) => dom.attribute(element, name)),
			titleIn(element),
		];
		return candidates.map(squeeze).find((name) => name !== '') ?? '';
	}

	function referred(element: Element): string {
		const scope = element.getRootNode();
		const find =
			scope instanceof Document ? Document.prototype.getElementById : DocumentFragment.prototype.getElementById;
		if (!(scope instanceof Document || scope instanceof DocumentFragment)) return '';
		return dom
			.attribute(element, 'aria-labelledby')
			.split(/\s+/)
			.map((id) => (id === '' ? null : find.call(scope, id)))
			.map((label) => (label === null ? '' : wordsOf(label)))
			.join(' ');
	}

	function titleIn(element: Element): string {
		const drawing =
			element instanceof SVGElement ? element : dom.children(element).find((child) => child instanceof SVGElement);
		const title = drawing && dom.children(drawing).find((child) => child instanceof SVGTitleElement);
		return title === undefined ? '' : dom.text(title);
	}

	/** What tells a nameless element from its neighbours. */
	function traceOf(element: Element): string {
		const id = dom.id(element);
		const [first] = dom.attribute(element, 'class').split(/\s+/).filter(Boolean);
		const mark = id !== '' ? `#${id}` : first === undefined ? '' : `.${first}`;
		return `<${dom.tag(element)}${mark.replace(/[^\w#.-]/g, '').slice(0, 40)}>`;
	}

	return { squeeze, wordsOf, seen, said, traceOf };
}
