import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createActables } from '../page/actable.ts';
import { createAims } from '../page/aim.ts';
import { createCopies } from '../page/copy.ts';
import { createDom } from '../page/dom.ts';
import { createFields } from '../page/fields.ts';
import { createSheets } from '../page/lines.ts';
import { rememberListeners } from '../page/listeners.ts';
import { createNames } from '../page/names.ts';
import { createOutline } from '../page/outline.ts';
import { createPhrases } from '../page/phrases.ts';
import { createReading } from '../page/reading.ts';
import { createRefs } from '../page/refs.ts';
import { createRoles } from '../page/roles.ts';
import { createSettling } from '../page/settle.ts';
import { createSights } from '../page/sight.ts';

/** The name under which our code stands in its world. */
export const pageGlobal = 'switchboardPage';

// What runs in a page travels as the text of its functions, so each of them names nothing outside itself.

/** For the page's own world, before its scripts. */
export function listenerScript(channel: string): string {
	return `(${rememberListeners})(${JSON.stringify(channel)});`;
}

/** For our world of each document, on first use. Later runs in the same document change nothing. */
export function pageScript(channel: string): string {
	return `(() => {
		if (globalThis.${pageGlobal}?.document === document) return;
		const dom = (${createDom})();
		const sights = (${createSights})(dom);
		const roles = (${createRoles})(dom);
		const names = (${createNames})(dom);
		const refs = (${createRefs})(dom);
		const actables = (${createActables})(dom, ${JSON.stringify(channel)});
		const sheets = (${createSheets})();
		const phrases = (${createPhrases})(dom, roles, names, refs, sheets);
		const outline = (${createOutline})(dom, sights, names, refs, actables, sheets, phrases);
		const aims = (${createAims})(dom, sights, roles, names, refs);
		const fields = (${createFields})(dom, roles, names, refs, aims);
		const settling = (${createSettling})(dom, aims);
		globalThis.${pageGlobal} = { document, dom, sights, refs, ...outline, ...aims, ...fields, ...settling };
	})();`;
}

let readingSource: string | undefined;

/** For our world of a document that is read as an article, after `pageScript`. */
export function readingScript(): string {
	readingSource ??= `(() => {
		const page = globalThis.${pageGlobal};
		if (page.read !== undefined) return;
		const Readability = ${vendored('@mozilla/readability/Readability.js')};
		const Turndown = ${vendored('turndown/lib/turndown.browser.umd.js')};
		const copies = (${createCopies})(page.dom, page.sights);
		Object.assign(page, (${createReading})(page.dom, page.refs, copies, Readability, Turndown));
	})();`;
	return readingSource;
}

/** What a CommonJS file exports, as an expression. */
function vendored(file: string): string {
	const source = readFileSync(createRequire(import.meta.url).resolve(file), 'utf8');
	return `((module) => { ((module, exports) => {\n${source}\n})(module, module.exports); return module.exports; })({ exports: {} })`;
}
