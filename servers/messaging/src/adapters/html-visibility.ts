import { type AnyNode, type Element, isTag } from 'domhandler';
import { DomUtils } from 'htmlparser2';
import { colorName, firstColor } from './html-color.ts';

/** CSS properties that decide whether a reader sees a text, lower case, without `!important`. */
export type Style = Readonly<Record<string, string>>;

export const watched = new Set([
	'display',
	'visibility',
	'opacity',
	'font-size',
	'font',
	'line-height',
	'width',
	'height',
	'max-width',
	'max-height',
	'overflow',
	'overflow-x',
	'overflow-y',
	'position',
	'left',
	'right',
	'top',
	'bottom',
	'margin',
	'margin-left',
	'margin-top',
	'text-indent',
	'transform',
	'clip',
	'clip-path',
	'color',
	'background',
	'background-color',
	'mso-hide',
	'content-visibility',
]);

/** Never rendered, whatever their style. */
const silent = new Set([
	'script',
	'style',
	'template',
	'noscript',
	'head',
	'title',
	'object',
	'iframe',
	'svg',
	'math',
	'select',
	'datalist',
]);

/** Takes what a reader would not see out of a document; returns how many characters of text that was. */
export function removeHidden(root: AnyNode, styleOf: (element: Element) => Style): number {
	let hidden = 0;
	const visit = (node: AnyNode, ground: Ground): void => {
		if (node.type === 'comment' || node.type === 'directive') DomUtils.removeElement(node);
		if (!('children' in node)) return;
		let inner = ground;
		if (isTag(node)) {
			const style = styleOf(node);
			inner = groundOf(node, style, ground);
			if (isHidden(node, style)) {
				if (!silent.has(node.name)) hidden += textLength(node);
				DomUtils.removeElement(node);
				return;
			}
		}
		for (const child of [...node.children]) {
			if (child.type === 'text' && isUnreadable(inner)) {
				hidden += child.data.trim().length;
				DomUtils.removeElement(child);
			} else visit(child, inner);
		}
	};
	visit(root, { color: 'black', background: 'white', size: 1, visible: true });
	return hidden;
}

/** What an element hands down to the text in it. */
interface Ground {
	readonly color: string;
	readonly background: string;
	/** Nought where the font has shrunk to nothing. */
	readonly size: number;
	readonly visible: boolean;
}

function groundOf(element: Element, style: Style, { color, background, size, visible }: Ground): Ground {
	const own = style['background-color'] ?? firstColor(style.background) ?? element.attribs.bgcolor;
	const painted = own === undefined || /^(transparent|inherit|initial|none)$/.test(own) ? background : colorName(own);
	const fontSize = style['font-size'] ?? /(?:^|\s)([\d.]+(?:px|pt|em|rem|%)?)(?:\/|\s)/.exec(style.font ?? '')?.[1];
	const visibility = style.visibility;
	return {
		color: colorName(style.color ?? (element.name === 'font' ? element.attribs.color : undefined) ?? color),
		// A picture may be behind the text: its colour is then unknown, and no text counts as unreadable.
		background:
			/url\(|gradient/.test(style.background ?? '') || element.attribs.background !== undefined ? '' : painted,
		size: fontSize === undefined ? size : isTiny(fontSize) ? 0 : /%|em$/.test(fontSize) && size === 0 ? 0 : 1,
		visible: visibility === undefined ? visible : !/^(hidden|collapse)$/.test(visibility),
	};
}

function isUnreadable({ color, background, size, visible }: Ground): boolean {
	return !visible || size === 0 || color === 'transparent' || (background !== '' && color === background);
}

function isHidden({ name, attribs }: Element, style: Style): boolean {
	if (silent.has(name) || 'hidden' in attribs || (name === 'input' && attribs.type === 'hidden')) return true;
	const clipped = [style.overflow, style['overflow-x'], style['overflow-y']].some((value) =>
		/hidden|clip|scroll|auto/.test(value ?? ''),
	);
	const flat = [
		style.height ?? attribs.height,
		style['max-height'],
		style.width ?? attribs.width,
		style['max-width'],
	].some(isFlat);
	return (
		style.display === 'none' ||
		style['mso-hide'] === 'all' ||
		style['content-visibility'] === 'hidden' ||
		(style.opacity !== undefined && Number.parseFloat(style.opacity) <= 0.05) ||
		(flat && clipped) ||
		isFlat(style['max-height']) ||
		isOffScreen(style) ||
		isClipped(style)
	);
}

function isOffScreen(style: Style): boolean {
	const far = (value: string | undefined) =>
		value !== undefined && /^-\s*(\d{3,}(\.\d+)?(px|pt|em|rem|%|vw|vh)?|\d{2,}(\.\d+)?(em|rem|in|cm))/.test(value);
	const placed = /absolute|fixed|relative/.test(style.position ?? '');
	const beyond = (value: string | undefined) => far(value) || /^\d{4,}(\.\d+)?(px|pt|em|rem|%|vw|vh)/.test(value ?? '');
	return (
		(placed && [style.left, style.right, style.top, style.bottom].some(beyond)) ||
		far(style['text-indent']) ||
		far(style['margin-left']) ||
		far(style['margin-top']) ||
		(style.margin ?? '').split(/\s+/).some(far)
	);
}

function isClipped(style: Style): boolean {
	const clip = (style.clip ?? '').replaceAll(/\s|px/g, '');
	const path = (style['clip-path'] ?? '').replaceAll(/\s+/g, '');
	const transform = (style.transform ?? '').replaceAll(/\s+/g, '');
	return (
		/^rect\((0,?){4}\)|^rect\((1,?){4}\)/.test(clip) ||
		/^inset\((100|50)%|^circle\(0|^polygon\((0(px|%)?0(px|%)?,?)+\)/.test(path) ||
		/scale[xy3d]*\(0(\.0+)?[,)]|translate[xy3d]*\(-\d{3,}/i.test(transform)
	);
}

function isFlat(value: string | undefined): boolean {
	return (
		value !== undefined &&
		/^[01](\.\d+)?(px|pt|em|rem|%)?$/.test(value.trim()) &&
		Number.parseFloat(value) <= (/em|%/.test(value) ? 0.05 : 1)
	);
}

function isTiny(value: string): boolean {
	const size = Number.parseFloat(value);
	return !Number.isNaN(size) && size <= (/r?em$/.test(value) ? 0.1 : /%$/.test(value) ? 10 : 1);
}

function textLength(node: AnyNode): number {
	return DomUtils.textContent(node).replaceAll(/\s+/g, ' ').trim().length;
}
