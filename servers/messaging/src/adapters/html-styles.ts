import { selectAll } from 'css-select';
import { type CssNode, generate, parse, type Rule } from 'css-tree';
import { type AnyNode, type Document, type Element, isTag } from 'domhandler';
import { DomUtils } from 'htmlparser2';
import { type Style, watched } from './html-visibility.ts';

interface Declared {
	readonly property: string;
	readonly value: string;
	readonly important: boolean;
}

interface Weighed extends Declared {
	readonly weight: number;
}

/** Selectors cost time for each element: past these a mail's styles are not looked at any further. */
const mostMatches = 3_000_000;
const mostMilliseconds = 400;
const longestStyles = 400_000;
const inlineWeight = 1_000_000;

/** What each element's style comes to, from the document's own style sheets and `style` attributes. */
export function cascade(document: Document): (element: Element) => Style {
	const matched = matchRules(document);
	return (element) => {
		const inline = element.attribs.style === undefined ? [] : declarations(element.attribs.style);
		const rules = matched.get(element) ?? [];
		if (inline.length === 0 && rules.length === 0) return {};
		const all: Weighed[] = [...rules, ...inline.map((one) => ({ ...one, weight: inlineWeight }))];
		all.sort((a, b) => Number(a.important) - Number(b.important) || a.weight - b.weight);
		return Object.fromEntries(all.map(({ property, value }) => [property, value]));
	};
}

function matchRules(document: Document): Map<Element, Weighed[]> {
	const matched = new Map<Element, Weighed[]>();
	const sheets = DomUtils.getElementsByTagName('style', document, true);
	const css = sheets.map((sheet) => DomUtils.textContent(sheet)).join('\n');
	if (css === '') return matched;
	const elements = DomUtils.find((node: AnyNode) => isTag(node), document, true, Number.POSITIVE_INFINITY).length;
	const started = performance.now();
	let left = Math.floor(mostMatches / Math.max(elements, 1));
	for (const { selector, weight, declared } of rulesOf(css)) {
		if (left-- <= 0 || performance.now() - started > mostMilliseconds) break;
		for (const element of select(selector, document)) {
			const known = matched.get(element) ?? [];
			known.push(...declared.map((one) => ({ ...one, weight })));
			matched.set(element, known);
		}
	}
	return matched;
}

function select(selector: string, document: Document): Element[] {
	try {
		return selectAll<AnyNode, Element>(selector, document);
	} catch {
		// A selector of a browser's own, or none at all: it hides nothing here.
		return [];
	}
}

interface FlatRule {
	readonly selector: string;
	readonly weight: number;
	readonly declared: readonly Declared[];
}

function rulesOf(css: string): FlatRule[] {
	const sheet = parse(css.slice(0, longestStyles), { parseValue: false, parseCustomProperty: false });
	const rules: FlatRule[] = [];
	const visit = (nodes: Iterable<CssNode>): void => {
		for (const node of nodes) {
			if (node.type === 'Rule') rules.push(...flat(node, rules.length));
			if (
				node.type === 'Atrule' &&
				node.block &&
				applies(node.name, node.prelude === null ? '' : generate(node.prelude))
			)
				visit(node.block.children);
		}
	};
	if (sheet.type === 'StyleSheet') visit(sheet.children);
	return rules;
}

function flat({ prelude, block }: Rule, order: number): FlatRule[] {
	if (prelude.type !== 'SelectorList') return [];
	const declared = declaredIn(block.children);
	if (declared.length === 0) return [];
	return [...prelude.children].flatMap((selector) => {
		if (selector.type !== 'Selector') return [];
		const text = generate(selector);
		// These look through whole subtrees for every element.
		if (/:(has|not|contains|icontains|matches)\(/i.test(text) || selector.children.size > 24) return [];
		return [{ selector: text, weight: specificity([...selector.children]) + Math.min(order, 999) / 1_000, declared }];
	});
}

function specificity(parts: readonly CssNode[]): number {
	const worth: Partial<Record<CssNode['type'], number>> = {
		IdSelector: 10_000,
		ClassSelector: 100,
		AttributeSelector: 100,
		PseudoClassSelector: 100,
		TypeSelector: 1,
	};
	return parts.reduce((sum, { type }) => sum + (worth[type] ?? 0), 0);
}

/** A wide screen is assumed, since text shown there alone or on a small one alone is a reader's text all the same. */
function applies(name: string, prelude: string): boolean {
	if (/^(supports|layer)$/i.test(name)) return true;
	return (
		name.toLowerCase() === 'media' &&
		!/max-(device-)?width|print|prefers-color-scheme|max-(device-)?height/i.test(prelude)
	);
}

function declarations(style: string): Declared[] {
	const list = parse(style.slice(0, 10_000), {
		context: 'declarationList',
		parseValue: false,
		parseCustomProperty: false,
	});
	return list.type === 'DeclarationList' ? declaredIn(list.children) : [];
}

function declaredIn(nodes: Iterable<CssNode>): Declared[] {
	return [...nodes].flatMap((node) => {
		if (node.type !== 'Declaration' || !watched.has(node.property.toLowerCase())) return [];
		const value = generate(node.value).trim().toLowerCase();
		return [{ property: node.property.toLowerCase(), value, important: node.important !== false }];
	});
}
