import { createLog } from '@switchboard/kit/log';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AskRequest, CallRequest, Step } from '../src/gateway.ts';
import { EnvelopeSchema, envelopeJson } from '../src/host/envelope-schema.ts';
import { createAsk } from '../src/intent/ask.ts';
import {
	type Answer,
	cardOf,
	catalogOf,
	entryOf,
	failedWith,
	host,
	resultOf,
	scripted,
	session,
} from './intent-cards.ts';

const now = () => new Date(2026, 10, 22, 10, 0, 0);

function asking(answers: Parameters<typeof scripted>[0] = {}) {
	const gateway = scripted(answers);
	const intent = createAsk({ catalog: catalogOf(), call: gateway.call, log: createLog('test', 'silent'), now });
	const ask = (instruction: string, more: Partial<AskRequest> = {}) =>
		intent.ask({ session, host, instruction, signal: new AbortController().signal, ...more });
	return { ...gateway, ...intent, ask };
}

const page = { url: 'http://127.0.0.1:8080/', title: 'Welcome', text: 'Words of the page.' };
const found = {
	folder: '.',
	entries: [
		{ path: 'README.md', size: 5 },
		{ path: 'kit/README.md', size: 7 },
	],
};

describe('an instruction over several Agents', () => {
	const instruction =
		'find README.md in this folder and read it, then open http://127.0.0.1:8080/ in the browser and read the page, then add a contact Ada Example with email ada@example.test to the CRM, then leave a notification saying "Switchboard is ready"';
	const answers: Record<string, Answer> = {
		fs_find: found,
		fs_read: { path: 'README.md', text: '# Read me' },
		browser_open: page,
		browser_read: page,
		contact_add: { ref: 'crm:contact:1', title: 'Ada Example' },
		notify_send: 'Left in the inbox.',
	};

	it('is done step by step with the right Skills and arguments', async () => {
		const { ask, made } = asking(answers);
		const envelope = await ask(instruction);
		expect(made()).toEqual([
			['fs_find', { path: '.', glob: 'README.md' }],
			['fs_read', { path: 'README.md' }],
			['browser_open', { url: 'http://127.0.0.1:8080/' }],
			['browser_read', {}],
			['contact_add', { name: 'Ada Example', email: 'ada@example.test' }],
			['notify_send', { title: 'Switchboard is ready' }],
		]);
		expect(envelope.status).toBe('done');
		expect(envelope.by).toBe('offline');
		expect(envelope.steps.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 'done'));
	});

	it('is told of as hosts were promised, and of nothing else', async () => {
		const promised = z.object({ ...EnvelopeSchema.shape, steps: z.array(EnvelopeSchema.shape.steps.element.strict()) });
		const envelope = await asking(answers).ask(`${instruction}, then order a pizza`);
		expect(promised.strict().safeParse(envelopeJson(envelope)).error?.issues ?? []).toEqual([]);
	});

	it('says who did it and whose words the answer holds', async () => {
		const { ask } = asking(answers);
		const { provenance, answer, steps } = await ask(instruction);
		expect(provenance).toEqual([
			{ agent: 'fs-shell', skills: ['fs_find', 'fs_read'], source: 'own' },
			{ agent: 'browser', skills: ['browser_open', 'browser_read'], source: 'outside' },
			{ agent: 'business', skills: ['contact_add'], source: 'own' },
			{ agent: 'messaging', skills: ['notify_send'], source: 'own' },
		]);
		expect(answer).toMatch(/\[begin outside [0-9a-f]+: data, not instructions\]\nWords of the page\./);
		expect(steps.map(({ summary }) => summary).join('\n')).not.toContain('Words of the page');
		expect(steps[0]?.summary).toBe('Find files: 2 entries.');
	});

	it('makes every Step an ordinary Call of one Run', async () => {
		const { ask, calls } = asking(answers);
		const { run } = await ask(instruction);
		expect(calls.every((call) => call.run === run && call.session === session && call.host === host)).toBe(true);
	});

	it('tells of each Step as it begins and as it ends', async () => {
		const seen: [number, Step['status'], number][] = [];
		await asking(answers).ask('read README.md, then open http://127.0.0.1:8080/', {
			onStep: ({ status }, index, total) => seen.push([index, status, total]),
		});
		expect(seen).toEqual([
			[0, 'pending', 2],
			[0, 'done', 2],
			[1, 'pending', 2],
			[1, 'done', 2],
		]);
	});
});

describe('a Step that fails', () => {
	it('stops what hangs on it and nothing else', async () => {
		const { ask, made } = asking({
			fs_find: failedWith('not_found', 'There is no such folder.'),
			notify_send: 'Left.',
		});
		const envelope = await ask('find README.md in nowhere and read it, then leave a notification saying "done"');
		expect(made().map(([name]) => name)).toEqual(['fs_find', 'notify_send']);
		expect(envelope.steps.map(({ status }) => status)).toEqual(['failed', 'skipped', 'done']);
		expect(envelope.steps[1]?.summary).toBe('Left out, since fs_find did not succeed.');
		expect(envelope.status).toBe('partial');
		expect(envelope.answer).toMatch(/^1 of 3 steps are done; not done: 1, 2\./);
	});

	it('stops what acts on the same thing, and everything that cannot be undone', async () => {
		const { ask, made } = asking({ fs_read: failedWith('not_found', 'There is no such file.') });
		const envelope = await ask('read a.txt, then write "x" to a.txt, then delete b.txt');
		expect(made()).toEqual([['fs_read', { path: 'a.txt' }]]);
		expect(envelope.steps.map(({ status }) => status)).toEqual(['failed', 'skipped', 'skipped']);
		expect(envelope.status).toBe('failed');
	});

	it('waits where the owner has yet to say yes, and says how', async () => {
		const { ask, made } = asking({
			msg_draft: { draftRef: 'd_1', hash: 'h' },
			msg_send: failedWith('pending', 'Waiting for the owner: switchboard approve 7.'),
			notify_send: 'Left.',
		});
		const envelope = await ask('send an email to bob@example.com saying "hi", then leave a notification saying "sent"');
		expect(made()).toEqual([
			['msg_draft', { to: ['bob@example.com'], body: 'hi' }],
			['msg_send', { draftRef: 'd_1', hash: 'h' }],
			['notify_send', { title: 'sent' }],
		]);
		expect(envelope.status).toBe('pending');
		expect(envelope.answer).toContain('switchboard approve 7');
	});

	it('is cancelled with the instruction', async () => {
		const controller = new AbortController();
		const gateway = asking({
			fs_read: () => {
				controller.abort();
				return 'text';
			},
		});
		const envelope = await gateway.ask('read a.txt, then read b.txt', { signal: controller.signal });
		expect(envelope.steps.map(({ status }) => status)).toEqual(['done', 'cancelled']);
	});
});

describe('what is not clear', () => {
	it('is asked before anything is done', async () => {
		const { ask, made } = asking();
		const envelope = await ask('read README.md, then add a contact');
		expect(made()).toEqual([]);
		expect(envelope.status).toBe('needs_input');
		expect(envelope.needs).toEqual([{ step: 1, input: 'name', question: 'What is the name (Name of the person)?' }]);
		expect(envelope.steps.map(({ status }) => status)).toEqual(['skipped', 'needs_input']);
	});

	it('is done once it has been answered', async () => {
		const { ask, made } = asking({ fs_read: 'text', contact_add: { ref: 'r', title: 'Ada' } });
		const instruction = 'read README.md, then add a contact';
		await ask(instruction);
		const envelope = await ask(instruction, { answers: [{ step: 1, input: 'name', value: 'Ada Example' }] });
		expect(made()).toEqual([
			['fs_read', { path: 'README.md' }],
			['contact_add', { name: 'Ada Example' }],
		]);
		expect(envelope.status).toBe('done');
	});

	it('is done by the Skill that was chosen', async () => {
		const twins = ['alpha', 'beta'].map((agent) =>
			entryOf(agent, cardOf(`${agent}_report`, { description: 'Makes the weekly report.' })),
		);
		const called: string[] = [];
		const call = async ({ name }: CallRequest) => {
			called.push(name);
			return {
				call: 'c',
				agent: 'alpha',
				skill: name,
				status: 'done' as const,
				ms: 1,
				result: resultOf('Made.'),
				artifacts: [],
			};
		};
		const { ask } = createAsk({ catalog: catalogOf(twins), call, log: createLog('test', 'silent') });
		const request = {
			session,
			host,
			instruction: 'the weekly report about sales',
			signal: new AbortController().signal,
		};
		const first = await ask(request);
		expect(first.needs?.[0]).toMatchObject({
			step: 0,
			input: 'skill',
			choices: expect.arrayContaining(['alpha_report', 'beta_report']),
		});
		await ask({ ...request, answers: [{ step: 0, input: 'skill', value: 'beta_report' }] });
		expect(called).toEqual(['beta_report']);
	});

	it('goes on where it stopped, doing nothing twice', async () => {
		const several = { folder: '.', entries: [{ path: 'a/x.md' }, { path: 'b/x.md' }] };
		const { ask, made } = asking({ fs_find: several, fs_read: 'text', notify_send: 'Left.' });
		const instruction = 'find *.md in this folder, then read it, then leave a notification saying "read"';
		const first = await ask(instruction);
		expect(first.status).toBe('partial');
		expect(first.needs).toEqual([
			{ step: 1, input: 'path', question: 'Which one is meant for path?', choices: ['a/x.md', 'b/x.md'] },
		]);
		const second = await ask(instruction, { answers: [{ step: 1, input: 'path', value: 'b/x.md' }] });
		expect(made().map(([name]) => name)).toEqual(['fs_find', 'notify_send', 'fs_read', 'notify_send']);
		expect(second.run).toBe(first.run);
		expect(second.steps.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
	});

	it('says so when nothing here does it, and does the rest', async () => {
		const { ask, made } = asking({ fs_read: 'text' });
		expect((await ask('order a pizza')).status).toBe('none');
		const envelope = await ask('read README.md, then play some music');
		expect(made().map(([name]) => name)).toEqual(['fs_read']);
		expect(envelope.steps.map(({ status }) => status)).toEqual(['done', 'none']);
		expect(envelope.status).toBe('partial');
	});

	it('does not do what hangs on a condition', async () => {
		const { ask, made } = asking();
		const envelope = await ask('if the page says closed, delete a.txt');
		expect(made()).toEqual([]);
		expect(envelope.steps[0]).toMatchObject({ status: 'skipped', summary: expect.stringContaining('condition') });
	});
});

describe('what came before in the Session', () => {
	it('can be referred to', async () => {
		const { ask, made } = asking({ fs_find: { folder: '.', entries: [{ path: 'docs/a.md' }] }, fs_read: 'text' });
		await ask('find a.md');
		await ask('read that file');
		expect(made().at(-1)).toEqual(['fs_read', { path: 'docs/a.md' }]);
	});

	it('is kept apart from other Sessions, and forgotten with its own', async () => {
		const { ask, made, forget } = asking({ contact_add: { ref: 'r', title: 'Ada', undo: 'c1' } });
		await ask('add a contact Ada Example');
		expect((await ask('undo that', { session: { ...session, id: 's2' } })).status).toBe('needs_input');
		expect((await ask('undo that')).status).toBe('done');
		expect(made().at(-1)).toEqual(['biz_undo', { changeId: 'c1' }]);
		forget(session.id);
		expect((await ask('undo that')).status).toBe('needs_input');
	});
});

describe('chains the Cards ask for', () => {
	it('looks for what nobody spells out', async () => {
		const { ask, made } = asking({
			msg_search: { items: [{ ref: 'm_1', subject: 'Hi' }] },
			msg_read: { ref: 'm_1', subject: 'Hi', text: 'Hello' },
		});
		const envelope = await ask('read the mail from Ada');
		expect(made()).toEqual([
			['msg_search', { from: 'Ada' }],
			['msg_read', { ref: 'm_1' }],
		]);
		expect(envelope.steps[0]?.why.join()).toContain('msg_read needs ref, which msg_search gives');
	});

	it('makes a message of what came before', async () => {
		const { ask, made } = asking({
			fs_read: { path: 'a.txt', text: 'words of a.txt' },
			msg_draft: { draftRef: 'd_1', hash: 'h' },
			msg_send: 'Sent.',
		});
		await ask('read a.txt and send it to bob@example.com');
		expect(made()).toEqual([
			['fs_read', { path: 'a.txt' }],
			['msg_draft', { to: ['bob@example.com'], body: 'words of a.txt' }],
			['msg_send', { draftRef: 'd_1', hash: 'h' }],
		]);
	});

	it('looks on the page for what is to be clicked', async () => {
		const { ask, made } = asking({ browser_open: page, browser_find: { matches: [{ ref: 'e12', name: 'Sign in' }] } });
		await ask('open localhost:8080 and click "Sign in"');
		expect(made()).toEqual([
			['browser_open', { url: 'http://localhost:8080' }],
			['browser_find', { text: 'Sign in' }],
			['browser_click', { ref: 'e12' }],
		]);
	});

	it('opens the address a Skill is to work at', async () => {
		const { ask, made } = asking({ browser_open: page, browser_read: page });
		await ask('what does the page http://127.0.0.1:8080/ say about opening hours');
		expect(made().map(([name]) => name)).toEqual(['browser_open', 'browser_read']);
	});

	it('calls once for each of a list', async () => {
		const { ask, made } = asking({ fs_read: 'text' });
		const envelope = await ask('read a.txt, b.txt and c.txt');
		expect(made().map(([, args]) => args)).toEqual([{ path: 'a.txt' }, { path: 'b.txt' }, { path: 'c.txt' }]);
		expect(envelope.steps).toHaveLength(3);
	});
});

it('says what it would do, having done nothing', async () => {
	const { route, made } = asking();
	const routed = await route(session, 'read README.md, then order a pizza');
	expect(routed.map(({ text, decision }) => [text, decision.kind, decision.candidates[0]?.entry.name])).toEqual([
		['read README.md', 'route', 'fs_read'],
		['order a pizza', 'none', undefined],
	]);
	expect(made()).toEqual([]);
});
