import type { Aims, Face } from './aim.ts';
import type { Dom } from './dom.ts';
import type { Names } from './names.ts';
import type { Refs } from './refs.ts';
import type { Roles } from './roles.ts';

/** What came of setting a field; `type` asks the caller to type into what now has the focus. */
export interface Entry {
	readonly state: 'done' | 'type' | 'gone' | 'disabled' | 'readonly' | 'unsuited' | 'refused';
	/** What could have been chosen. */
	readonly options?: readonly string[];
}

/** What a human has to know of an element before it is acted on. */
export interface Description extends Face {
	/** Where its form sends what is in it, if this element sends it. */
	readonly submitsTo?: string;
	/** How many files it takes: none where it is no file input. */
	readonly files: 'none' | 'one' | 'many';
}

export function createFields(dom: Dom, roles: Roles, names: Names, refs: Refs, aims: Aims) {
	function describe(ref: string): Description | undefined {
		const element = refs.element(ref);
		if (element === undefined) return undefined;
		const control = roles.controlOf(element);
		const isFile = control instanceof HTMLInputElement && control.type === 'file';
		const submitsTo = addressOfForm(element);
		return {
			...aims.face(element),
			files: !isFile ? 'none' : control.multiple ? 'many' : 'one',
			...(submitsTo !== undefined && { submitsTo }),
		};
	}

	function addressOfForm(element: Element): string | undefined {
		const button = dom.closest(element, 'button, input');
		if (!(button instanceof HTMLButtonElement || button instanceof HTMLInputElement)) return undefined;
		if (!/^(submit|image)$/.test(button.type) || button.form === null) return undefined;
		const said = dom.attribute(button, 'formaction') || dom.attribute(button.form, 'action');
		return URL.parse(said, document.baseURI)?.href;
	}

	/** Sets a value at once where typing would not do, else puts the focus where it is to be typed. */
	function enter(ref: string, text: string): Entry {
		const found = refs.element(ref);
		if (found === undefined) return { state: 'gone' };
		const element = roles.controlOf(found);
		if (roles.isDisabled(element)) return { state: 'disabled' };
		if (dom.has(element, 'readonly')) return { state: 'readonly' };
		if (element instanceof HTMLInputElement) return enterInput(element, text);
		if (element instanceof HTMLSelectElement) return choose(ref, [text]);
		if (element instanceof HTMLTextAreaElement) {
			element.focus();
			element.select();
			return { state: 'type' };
		}
		if (!(element instanceof HTMLElement) || !element.isContentEditable) return { state: 'unsuited' };
		element.focus();
		getSelection()?.selectAllChildren(element);
		return { state: 'type' };
	}

	function enterInput(input: HTMLInputElement, text: string): Entry {
		if (/^(checkbox|radio|button|submit|reset|image|file|hidden)$/.test(input.type)) return { state: 'unsuited' };
		input.focus();
		if (/^(color|date|datetime-local|month|range|time|week)$/.test(input.type)) {
			const value = input.type === 'color' ? text.toLowerCase() : text;
			setValue(input, value);
			return {
				state:
					input.value === value || (input.type === 'range' && Number(input.value) === Number(value))
						? 'done'
						: 'refused',
			};
		}
		input.select();
		return { state: 'type' };
	}

	/** By the native setter, since libraries put their own on the element to see who changes it. */
	function setValue(input: HTMLInputElement, value: string): void {
		Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value);
		input.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
		input.dispatchEvent(new Event('change', { bubbles: true }));
	}

	/** Puts the focus on an element, its end for text. */
	function focus(ref: string): Entry {
		const found = refs.element(ref);
		if (found === undefined) return { state: 'gone' };
		const element = roles.controlOf(found);
		if (roles.isDisabled(element)) return { state: 'disabled' };
		if (!(element instanceof HTMLElement || element instanceof SVGElement)) return { state: 'unsuited' };
		element.focus();
		if (element instanceof HTMLElement && element.isContentEditable) {
			getSelection()?.selectAllChildren(element);
			getSelection()?.collapseToEnd();
		}
		return { state: 'done' };
	}

	function choose(ref: string, values: readonly string[]): Entry {
		const found = refs.element(ref);
		if (found === undefined) return { state: 'gone' };
		const select = roles.controlOf(found);
		if (!(select instanceof HTMLSelectElement)) return { state: 'unsuited' };
		if (roles.isDisabled(select)) return { state: 'disabled' };
		const options = [...select.options].filter((option) => !option.disabled);
		const labels = options.map((option) => names.squeeze(option.label));
		const chosen = values.map((value) =>
			options.find((option, i) => option.value === value || labels[i] === names.squeeze(value)),
		);
		if (chosen.includes(undefined) || (chosen.length !== 1 && !select.multiple))
			return { state: 'refused', options: labels.slice(0, 50) };
		for (const option of select.options) option.selected = chosen.includes(option);
		select.focus();
		select.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
		select.dispatchEvent(new Event('change', { bubbles: true }));
		return { state: 'done' };
	}

	/** What a field holds now. */
	function value(ref: string): string | undefined {
		const found = refs.element(ref);
		if (found === undefined) return undefined;
		const element = roles.controlOf(found);
		return element instanceof HTMLElement && element.isContentEditable ? element.innerText : roles.valueIn(element);
	}

	/** Undefined where the element is nothing that can be checked. */
	function checked(ref: string): boolean | undefined {
		const found = refs.element(ref);
		const element = found && roles.controlOf(found);
		if (
			element === undefined ||
			!/^(checkbox|radio|switch|menuitemcheckbox|menuitemradio|option)$/.test(roles.roleOf(element))
		)
			return undefined;
		return roles.checkedOf(element) === true || dom.attribute(element, 'aria-selected') === 'true';
	}

	/** The file input itself, for the browser to put files into. */
	function fileInput(ref: string): Element | undefined {
		const found = refs.element(ref);
		const control = found && roles.controlOf(found);
		return control instanceof HTMLInputElement && control.type === 'file' ? control : undefined;
	}

	return { describe, enter, focus, choose, value, checked, fileInput };
}
