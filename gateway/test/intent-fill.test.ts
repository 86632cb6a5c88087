import { describe, expect, it } from 'vitest';
import { fill } from '../src/intent/fill.ts';
import type { Earlier } from '../src/intent/findings.ts';
import { cardOf, entry } from './intent-cards.ts';

const now = new Date(2026, 10, 22, 10, 0, 0);

function filled(skill: string, text: string, earlier: readonly Earlier[] = []) {
	return fill({ card: entry(skill).card, text, earlier, now });
}

function earlierOf(skill: string, structured: Record<string, unknown>, more: Partial<Earlier> = {}): Earlier {
	return {
		entry: entry(skill),
		status: 'done',
		args: {},
		structured,
		text: String(structured.text ?? ''),
		artifacts: [],
		step: 0,
		...more,
	};
}

describe('arguments from words', () => {
	it.each<[string, string, Record<string, unknown>]>([
		['fs_find', 'find README.md in this folder', { path: '.', glob: 'README.md' }],
		['fs_find', 'find *.pdf in docs', { path: 'docs', glob: '*.pdf' }],
		['fs_find', 'find files larger than 10 MB', { minSize: 10_000_000 }],
		['fs_find', 'find files named config', { glob: 'config' }],
		['fs_find', '在 docs 目录里查找 *.md 文件', { path: 'docs', glob: '*.md' }],
		['fs_read', 'show me the first 20 lines of server.log', { path: 'server.log', limit: 20 }],
		['fs_read', 'read "my notes.txt"', { path: 'my notes.txt' }],
		['fs_read', '读取README.md', { path: 'README.md' }],
		['fs_write', 'write "hello; world" to notes.txt', { path: 'notes.txt', text: 'hello; world' }],
		['fs_write', 'append "one more line" to notes.txt', { path: 'notes.txt', text: 'one more line', mode: 'append' }],
		['fs_remove', 'delete a.txt, b.txt and c.txt', { paths: ['a.txt', 'b.txt', 'c.txt'] }],
		[
			'shell_run',
			'run npm test in ./app with a timeout of 30 seconds',
			{ command: 'npm test', cwd: './app', timeoutMs: 30_000 },
		],
		['shell_run', 'run `ls -la`', { command: 'ls -la' }],
		['browser_click', 'click e12', { ref: 'e12' }],
		['msg_read', 'read msg:inbox:42', { ref: 'msg:inbox:42' }],
		['browser_open', 'open localhost:3000/x', { url: 'http://localhost:3000/x' }],
		['browser_open', 'go to example.com', { url: 'https://example.com' }],
		['browser_find', 'find the login button on the page', { text: 'login button' }],
		['notify_send', 'leave a notification saying "Switchboard is ready"', { title: 'Switchboard is ready' }],
		['notify_send', 'notify me that the report is ready', { title: 'the report is ready' }],
		[
			'notify_send',
			'leave a high priority notification titled "Disk full" saying "10 MB left"',
			{ title: 'Disk full', body: '10 MB left', priority: 'high' },
		],
		['notify_send', '发送通知：“完成”', { title: '完成' }],
		[
			'msg_draft',
			'draft an e-mail to ada@example.com that I will be late',
			{ to: ['ada@example.com'], body: 'I will be late' },
		],
		[
			'msg_draft',
			'write to ada@example.com and bob@example.com with subject "Lunch" saying "at noon?"',
			{ to: ['ada@example.com', 'bob@example.com'], subject: 'Lunch', body: 'at noon?' },
		],
		['msg_search', 'find the unread e-mail from Ada since Monday', { from: 'Ada', unread: true, since: '2026-11-16' }],
		[
			'contact_add',
			'add a contact Ada Example with email ada@example.test and phone +1 555 010 9999',
			{ name: 'Ada Example', email: 'ada@example.test', phone: '+1 555 010 9999' },
		],
		[
			'contact_add',
			'note a contact: Ben Sample from Example Ltd, phone +43 1 234567',
			{ name: 'Ben Sample', company: 'Example Ltd', phone: '+43 1 234567' },
		],
		['contact_add', '添加联系人张三，邮箱 zhang@example.test', { name: '张三', email: 'zhang@example.test' }],
		[
			'contact_add',
			'add a contact, name: Ada Example, note: met in Rome',
			{ name: 'Ada Example', note: 'met in Rome' },
		],
		[
			'biz_create',
			'create a deal Website relaunch for Example Ltd over 5000 EUR',
			{ kind: 'deal', name: 'Website relaunch', company: 'Example Ltd', amount: '5000' },
		],
		[
			'biz_create',
			'create a deal "Big one" worth $1,200.50 for Example Ltd due on Friday',
			{ kind: 'deal', name: 'Big one', company: 'Example Ltd', amount: '1200.5', date: '2026-11-27' },
		],
		['biz_create', 'log a call with Ada Example', { kind: 'call', contact: 'Ada Example' }],
		['biz_create', 'add the company Example Ltd to the CRM', { kind: 'company', name: 'Example Ltd' }],
		['biz_search', 'which invoices are still open', { entity: 'invoice' }],
		['biz_search', 'list the deals of Example Ltd', { entity: 'deal', text: 'Example Ltd' }],
	])('%s: %s', (skill, text, args) => {
		const { args: found, needs } = filled(skill, text);
		expect([found, needs]).toEqual([args, []]);
	});
});

describe('what is missing is asked for', () => {
	it.each([
		['fs_read', 'read a file', ['path']],
		['contact_add', 'add a contact', ['name']],
		['fs_write', 'write to notes.txt', ['text']],
		['msg_send', 'send that e-mail now', ['draftRef', 'hash']],
		['biz_undo', 'undo that', ['changeId']],
		['browser_click', 'click it', ['ref']],
		['msg_draft', 'reply to it saying "thanks"', ['ref']],
	])('%s: %s', (skill, text, inputs) => expect(filled(skill, text).needs.map(({ input }) => input)).toEqual(inputs));

	it('asks in words, with the choices there are', () => {
		const [need] = filled('biz_create', 'put something into the CRM').needs;
		expect(need).toEqual({
			input: 'kind',
			question: 'What is the kind?',
			choices: ['company', 'deal', 'call', 'task', 'note'],
		});
	});

	it('takes the answers', () => {
		const { card } = entry('contact_add');
		expect(fill({ card, text: 'add a contact', earlier: [], now, answers: { name: 'Ada Example' } }).args).toEqual({
			name: 'Ada Example',
		});
		const { card: find } = entry('fs_find');
		expect(fill({ card: find, text: 'find files', earlier: [], now, answers: { limit: '5' } }).args).toEqual({
			limit: 5,
		});
	});
});

it('spreads a list over a Skill that takes one at a time', () => {
	expect(filled('fs_read', 'read a.txt, b.txt and c.txt').spread).toEqual({
		input: 'path',
		values: ['a.txt', 'b.txt', 'c.txt'],
	});
	expect(filled('fs_read', '读取 a.txt 和 b.txt').spread?.values).toEqual(['a.txt', 'b.txt']);
	expect(filled('fs_read', 'read a.txt').spread).toBeUndefined();
});

describe('results of earlier Steps', () => {
	const found = earlierOf(
		'fs_find',
		{
			folder: '/w',
			entries: [
				{ path: 'README.md', size: 1 },
				{ path: 'kit/README.md', size: 2 },
			],
		},
		{ args: { path: '.', glob: 'README.md' } },
	);
	const page = earlierOf('browser_open', { url: 'http://127.0.0.1/', title: 'Hello', text: 'words of the page' });
	const draft = earlierOf('msg_draft', { draftRef: 'd_1', hash: 'abc', preview: 'To: ada' });

	it.each<[string, string, readonly Earlier[], Record<string, unknown>]>([
		['fs_read', 'read it', [found], { path: 'README.md' }],
		['fs_read', 'read the second one', [found], { path: 'kit/README.md' }],
		['fs_read', 'read the last file', [found], { path: 'kit/README.md' }],
		['fs_remove', 'delete all of them', [found], { paths: ['README.md', 'kit/README.md'] }],
		['fs_write', 'write the result to a.txt', [page], { path: 'a.txt', text: 'words of the page' }],
		['notify_send', 'notify me with its title', [found, page], { title: 'Hello' }],
		['msg_draft', 'mail its text to ada@example.com', [page], { to: ['ada@example.com'], body: 'words of the page' }],
		['msg_send', 'send it', [draft], { draftRef: 'd_1', hash: 'abc' }],
		['browser_open', 'open that page', [page, found], { url: 'http://127.0.0.1/' }],
		[
			'biz_undo',
			'undo that',
			[earlierOf('contact_add', { ref: 'crm:contact:1', title: 'Ada', undo: 'crm:change:9' })],
			{ changeId: 'crm:change:9' },
		],
	])('%s: %s', (skill, text, earlier, args) => {
		const { args: taken, needs, missing } = filled(skill, text, earlier);
		expect([taken, needs, missing]).toEqual([args, [], undefined]);
	});

	it('takes a file that an earlier Step made where one can be attached', () => {
		const artifact = {
			uri: 'switchboard://artifact/1',
			sha256: '1',
			size: 1,
			name: 'a.csv',
			mimeType: 'text/csv',
			source: 'outside' as const,
		};
		const { args } = filled('msg_draft', 'attach it to a mail to bob@example.com saying "here"', [
			{ ...page, artifacts: [artifact] },
		]);
		expect(args).toEqual({ to: ['bob@example.com'], body: 'here', attachments: [artifact.uri] });
	});

	it('does not choose between several', () => {
		const several = earlierOf('fs_find', { folder: '/w', entries: [{ path: 'a/x.md' }, { path: 'b/x.md' }] });
		expect(filled('fs_read', 'read it', [several]).needs).toEqual([
			{ input: 'path', question: 'Which one is meant for path?', choices: ['a/x.md', 'b/x.md'] },
		]);
	});

	it('takes all of several only where all are meant', () => {
		expect(filled('fs_remove', 'delete it', [found]).args).toEqual({ paths: ['README.md'] });
		const alike = earlierOf('fs_find', { folder: '/w', entries: [{ path: 'a/x.md' }, { path: 'b/x.md' }] });
		expect(filled('fs_remove', 'delete it', [alike]).needs[0]?.choices).toEqual(['a/x.md', 'b/x.md']);
		expect(filled('fs_remove', 'delete these files', [alike]).args).toEqual({ paths: ['a/x.md', 'b/x.md'] });
		expect(filled('fs_remove', 'delete them', [alike]).args).toEqual({ paths: ['a/x.md', 'b/x.md'] });
	});

	it('names what a reference alone would not tell', () => {
		const mails = earlierOf('msg_search', {
			items: [
				{ ref: 'm1', subject: 'Lunch' },
				{ ref: 'm2', subject: 'Invoice' },
			],
		});
		expect(filled('msg_read', 'read it', [mails]).needs[0]?.choices).toEqual(['m1 — Lunch', 'm2 — Invoice']);
		const { card } = entry('msg_read');
		expect(fill({ card, text: 'read it', earlier: [mails], now, answers: { ref: 'm2 — Invoice' } }).args).toEqual({
			ref: 'm2',
		});
	});

	it('says when what it points at came to nothing', () => {
		const failed = { ...found, status: 'failed' as const, structured: undefined };
		expect(filled('fs_read', 'read it', [failed]).missing).toBe(failed);
	});

	it('takes nothing where nothing is pointed at', () => {
		expect(filled('fs_read', 'read a file', [found]).needs.map(({ input }) => input)).toEqual(['path']);
	});
});

describe('Cards of any shape', () => {
	const shaped = (properties: Record<string, Record<string, unknown>>, required: readonly string[] = []) =>
		cardOf('any_tool', { effect: 'execute', properties, required });
	const args = (card: ReturnType<typeof shaped>, text: string) => fill({ card, text, earlier: [], now }).args;

	it('makes a list of one object, by the words that were said', () => {
		const op = (name: string, more: Record<string, unknown>) => ({
			type: 'object',
			properties: { op: { const: name }, ...more },
			required: ['op', ...Object.keys(more)],
		});
		const ops = {
			type: 'array',
			items: {
				anyOf: [
					op('create', { entity: { type: 'string', description: 'such as contact, deal' }, name: { type: 'string' } }),
					op('delete', { ref: { type: 'string' } }),
				],
			},
		};
		expect(args(shaped({ ops }, ['ops']), 'create a contact Ada Example')).toEqual({
			ops: [{ op: 'create', entity: 'contact', name: 'Ada Example' }],
		});
	});

	it('puts command lines into a list of words', () => {
		const card = shaped({ argv: { type: 'array', items: { type: 'string' } } }, ['argv']);
		expect(args(card, "run `git commit -m 'a b'`")).toEqual({ argv: ['git', 'commit', '-m', 'a b'] });
	});

	it('splits an amount from its currency', () => {
		const card = shaped({ amount: { type: 'number' }, iban: { type: 'string' } }, ['amount']);
		expect(args(card, 'pay 1.200,50 EUR')).toEqual({ amount: 1200.5 });
	});

	it('hands a moment over as ISO 8601 and a day as a day', () => {
		const card = shaped({ sendAt: { type: 'string', format: 'date-time' }, day: { type: 'string', format: 'date' } }, [
			'sendAt',
		]);
		expect(args(card, 'send it tomorrow at 9am').sendAt).toMatch(/^2026-11-23T09:00:00/);
	});

	it('gives no value that does not match the pattern', () => {
		const card = shaped({ key: { type: 'string', pattern: '^k_' } }, ['key']);
		expect(args(card, 'use the key "abc"')).toEqual({});
		expect(args(card, 'use the key "k_1"')).toEqual({ key: 'k_1' });
	});

	it('hears a yes and a no', () => {
		const card = shaped({ recursive: { type: 'boolean' }, hidden: { type: 'boolean' } });
		expect(args(card, 'list it recursively without hidden files')).toEqual({ recursive: true, hidden: false });
	});

	it('begins no object that nobody asked for', () => {
		expect(args(shaped({ filter: { type: 'object', additionalProperties: true } }), 'find Ada Example')).toEqual({});
	});
});
