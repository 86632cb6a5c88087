import type { Dom } from './dom.ts';

export type Roles = ReturnType<typeof createRoles>;

/** What an element is and what state it is in. */
export function createRoles(dom: Dom) {
	const byTag: Readonly<Record<string, string>> = {
		button: 'button',
		textarea: 'textbox',
		summary: 'button',
		dialog: 'dialog',
		img: 'image',
		canvas: 'canvas',
		video: 'video',
		audio: 'audio',
		iframe: 'frame',
		progress: 'progressbar',
		meter: 'meter',
	};
	const byType: Readonly<Record<string, string>> = {
		checkbox: 'checkbox',
		radio: 'radio',
		range: 'slider',
		number: 'spinbutton',
		search: 'searchbox',
		button: 'button',
		submit: 'button',
		reset: 'button',
		image: 'button',
		file: 'file',
		color: 'color',
		date: 'date',
		time: 'time',
		month: 'month',
		week: 'week',
		'datetime-local': 'datetime',
	};

	function roleOf(element: Element): string {
		const said = /^[a-z]+/.exec(dom.attribute(element, 'role').trim().toLowerCase())?.[0];
		if (said !== undefined && said !== 'none' && said !== 'presentation') return said;
		if (element instanceof HTMLInputElement) return byType[element.type] ?? 'textbox';
		if (element instanceof HTMLSelectElement) return element.multiple || element.size > 1 ? 'listbox' : 'combobox';
		if (element instanceof HTMLElement && element.isContentEditable) return 'textbox';
		const tag = dom.tag(element);
		if (tag === 'a' || tag === 'area') return dom.has(element, 'href') ? 'link' : '';
		if (/^h[1-6]$/.test(tag)) return 'heading';
		return byTag[tag] ?? '';
	}

	/** The control that a label stands for, or the element itself. */
	function controlOf(element: Element): Element {
		return (element instanceof HTMLLabelElement ? element.control : null) ?? element;
	}

	/** Undefined where the element is nothing that holds a value. */
	function valueIn(element: Element): string | undefined {
		if (element instanceof HTMLInputElement) return inputValue(element);
		if (element instanceof HTMLTextAreaElement) return element.value;
		if (element instanceof HTMLSelectElement)
			return [...element.selectedOptions].map((option) => option.label.trim()).join(', ');
		if (element instanceof HTMLProgressElement || element instanceof HTMLMeterElement) return String(element.value);
		const said = dom.attribute(element, 'aria-valuetext') || dom.attribute(element, 'aria-valuenow');
		return said === '' ? undefined : said;
	}

	function inputValue(input: HTMLInputElement): string | undefined {
		switch (input.type) {
			case 'checkbox':
			case 'radio':
			case 'button':
			case 'submit':
			case 'reset':
			case 'image':
				return undefined;
			case 'file':
				return [...(input.files ?? [])].map((file) => file.name).join(', ');
			case 'password':
				return '•'.repeat(input.value.length);
			default:
				return input.value;
		}
	}

	function isDisabled(element: Element): boolean {
		return dom.is(element, ':disabled') || dom.closest(element, '[aria-disabled="true"]') !== undefined;
	}

	function checkedOf(element: Element): boolean | 'mixed' {
		if (element instanceof HTMLInputElement && /^(checkbox|radio)$/.test(element.type)) {
			return element.indeterminate ? 'mixed' : element.checked;
		}
		const said = dom.attribute(element, 'aria-checked');
		return said === 'mixed' ? 'mixed' : said === 'true';
	}

	function expandedOf(element: Element): string {
		if (dom.tag(element) !== 'summary') return dom.attribute(element, 'aria-expanded');
		const details = dom.parent(element);
		return String(details !== undefined && dom.has(details, 'open'));
	}

	function statesOf(element: Element): string[] {
		const checked = checkedOf(element);
		const expanded = expandedOf(element);
		const said = (name: string): boolean => !/^(|false)$/.test(dom.attribute(element, `aria-${name}`));
		return [
			checked === 'mixed' ? 'mixed' : checked && 'checked',
			expanded === 'true' ? 'expanded' : expanded === 'false' && 'collapsed',
			said('selected') && 'selected',
			said('pressed') && 'pressed',
			said('current') && 'current',
			(dom.is(element, ':required') || said('required')) && 'required',
			said('invalid') && 'invalid',
			dom.has(element, 'readonly') && 'readonly',
			isDisabled(element) && 'disabled',
		].filter((state) => typeof state === 'string');
	}

	return { roleOf, controlOf, valueIn, isDisabled, checkedOf, statesOf };
}
