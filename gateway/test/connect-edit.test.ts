import { describe, expect, it } from 'vitest';
import { readJsonText } from '../src/connect/adapters/jsonc.ts';
import { entryIn, withEntry, withoutEntry } from '../src/connect/edit.ts';

const place = { section: 'mcpServers', name: 'switchboard' };
const entry = { command: '/usr/bin/node', args: ['/opt/a "b" [ c ]/main.js', 'stdio'], env: { A: '1' } };

/** Files as people and programs write them, each in one odd way. */
const layouts: Readonly<Record<string, string>> = {
	'an empty object': '{}',
	'an empty object with a newline': '{\n}\n',
	'another section only': '{\n  "theme": "dark"\n}\n',
	'no final newline': '{\n  "theme": "dark"\n}',
	tabs: '{\n\t"theme": "dark",\n\t"mcpServers": {\n\t\t"other": {\n\t\t\t"command": "x"\n\t\t}\n\t}\n}\n',
	'four spaces': '{\n    "mcpServers": {\n        "other": {"command": "x"}\n    },\n    "z": [1,2 ,3]\n}\n',
	'no indentation': '{\n"mcpServers": {\n"other": {}\n}\n}\n',
	'an empty section': '{\n  "mcpServers": {},\n  "z": 1\n}\n',
	'an empty section over two lines': '{\n  "mcpServers": {\n  }\n}\n',
	minified: '{"a":1,"mcpServers":{"other":{"command":"x"}},"b":[ ]}',
	'minified without the section': '{"a":1}',
	'minified with an empty section': '{"mcpServers":{}}',
	'one line with spaces': '{ "mcpServers": { "other": { "command": "x" } } }\n',
	'a one-line section in a longer file': '{\n  "mcpServers": { "other": {} },\n  "b": 2\n}\n',
	'a comment behind the last entry': '{\n  "mcpServers": {\n    "other": {} // mine\n  }\n}\n',
	'a comment under the last entry': '{\n  "mcpServers": {\n    "other": {}\n    // "old": {}\n  }\n}\n',
	'comments everywhere':
		'// top\n{ /* a */\n  // b\n  "mcpServers": { // c\n    "other": {} /* d */ // e\n  } /* f */, // g\n  "z": 1\n}\n// end\n',
	'a comment in an empty section': '{\n  "mcpServers": {\n    // none yet\n  }\n}\n',
	'a trailing comma': '{\n  "mcpServers": {\n    "other": {},\n  },\n}\n',
	'a trailing comma and a comment': '{\n  "mcpServers": {\n    "other": {}, // mine\n    // more\n  },\n}\n',
	'names and values that look like ours':
		'{\n  "x": "mcpServers",\n  "mcpServers": {\n    "switchboard2": {"a": "\\"switchboard\\": {"}\n  }\n}\n',
	unicode: '{\n  "name": "Grüße \u2028 😀",\n  "mcpServers": {\n    "ø": {}\n  }\n}\n',
};
const cases = Object.entries(layouts).flatMap(([name, text]) => [
	{ name, text },
	...(text.includes('\n') ? [{ name: `${name}, CRLF`, text: text.replaceAll('\n', '\r\n') }] : []),
]);

describe.each(cases)('a configuration with $name', ({ text }) => {
	const hadSection = text.includes('"mcpServers": {') || text.includes('"mcpServers":{');

	it('gets the entry and keeps every byte of its own', () => {
		const changed = withEntry(text, place, entry);
		expect(entryIn(changed, place)).toEqual(entry);
		expect(isSubsequence(text, changed)).toBe(true);
		expect(changed.includes('\r\n')).toBe(text.includes('\r\n'));
		if (text.includes('\r\n')) expect(changed.replaceAll('\r\n', '')).not.toContain('\n');
	});

	it('is byte-identical when the entry is taken out again', () => {
		const back = withoutEntry(withEntry(text, place, entry), place, !hadSection);
		const emptied = /\{\s*\}/;
		// An empty pair of braces has no layout worth keeping.
		expect(back.replace(emptied, '{}')).toBe(text.replace(emptied, '{}'));
	});

	it('is not changed by the same entry once more', () => {
		const once = withEntry(text, place, entry);
		expect(withEntry(once, place, { ...entry })).toBe(once);
	});

	it('takes another entry in the place of the old one', () => {
		const other = { command: 'node', args: [] };
		const changed = withEntry(withEntry(text, place, entry), place, other);
		expect(entryIn(changed, place)).toEqual(other);
		expect(withEntry(changed, place, entry)).toBe(withEntry(text, place, entry));
	});

	it('loses only our entry when others were added around it', () => {
		const ours = withEntry(text, place, entry);
		const more = withEntry(ours, { ...place, name: 'later' }, { command: 'y' });
		const back = withoutEntry(more, place, !hadSection);
		expect(entryIn(back, place)).toBeUndefined();
		expect(entryIn(back, { ...place, name: 'later' })).toEqual({ command: 'y' });
		expect(commentsOf(back)).toEqual(commentsOf(text));
	});
});

it('looks like the rest of the file', () => {
	const changed = withEntry(layouts['a comment behind the last entry'] ?? '', place, { command: 'node' });
	expect(changed).toBe(
		'{\n  "mcpServers": {\n    "other": {}, // mine\n    "switchboard": {\n      "command": "node"\n    }\n  }\n}\n',
	);
});

it('makes a whole file out of nothing', () => {
	expect(withEntry('', place, { command: 'node' })).toBe(
		'{\n  "mcpServers": {\n    "switchboard": {\n      "command": "node"\n    }\n  }\n}\n',
	);
});

it.each([
	['{"a": }', 'value expected at line 1, column 7'],
	['{\n  "a": 1\n  "b": 2\n}', 'comma expected at line 3, column 3'],
	['{"a": 1', 'close brace expected'],
	['{} {}', 'end of file expected'],
	['[]', 'it holds no object'],
	['{"mcpServers": []}', '"mcpServers" is not an object'],
	['{"mcpServers": {}, "mcpServers": {}}', 'holds "mcpServers" twice'],
	['{"mcpServers": {"switchboard": 1, "switchboard": 2}}', 'holds "switchboard" twice'],
])('refuses %s and says where it is wrong', (text, why) => {
	expect(() => withEntry(text, place, entry)).toThrow(why);
});

function isSubsequence(part: string, whole: string): boolean {
	let at = 0;
	// Braces of an empty object may be drawn apart, so white space is not looked at.
	const wanted = part.replaceAll(/\s/g, '');
	for (const character of whole.replaceAll(/\s/g, '').split('')) {
		if (character === wanted[at]) at += 1;
	}
	return at === wanted.length;
}

function commentsOf(text: string): string[] {
	return readJsonText(text)
		.marks.filter(({ kind }) => kind === 'comment')
		.map(({ start, end }) => text.slice(start, end).trim());
}
