import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSwitchboard, type Switchboard, textOf } from '../support/switchboard.ts';

let switchboard: Switchboard;
beforeAll(() => {
	switchboard = createSwitchboard();
	writeFileSync(join(switchboard.work, 'notes.md'), '# Notes\nThe meeting is on Tuesday.\n');
});
afterAll(() => switchboard.close());

interface Envelope {
	readonly status: string;
	readonly answer: string;
	readonly steps: readonly { skill: string; agent: string; status: string }[];
}

describe('one instruction, four ways in', () => {
	const instruction = 'read the file notes.md, then add a contact Ada Example with email ada@example.test';

	it('gives the same routed Skills and the same shape over stdio, Streamable HTTP, SSE and the CLI', async () => {
		const hosts = [await switchboard.stdio(), await switchboard.http(), await switchboard.sse()];
		const envelopes: Envelope[] = [];
		for (const host of hosts) {
			const result = await host.call('ask', { instruction });
			expect(result.isError ?? false, textOf(result)).toBe(false);
			envelopes.push(result.structuredContent as unknown as Envelope);
		}
		envelopes.push((await switchboard.run(['ask', instruction, '--json'])).json<Envelope>());
		const [first] = envelopes;
		expect(first?.status).toBe('done');
		expect(first?.steps.map(({ agent }) => agent)).toEqual(['fs-shell', 'business']);
		for (const envelope of envelopes) {
			expect(envelope.steps.map(({ agent, skill, status }) => ({ agent, skill, status }))).toEqual(
				first?.steps.map(({ agent, skill, status }) => ({ agent, skill, status })),
			);
			expect(shapeOf(envelope)).toEqual(shapeOf(first));
		}
	});
});

/** Keys and types, all the way down. */
function shapeOf(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(shapeOf);
	if (typeof value !== 'object' || value === null) return typeof value;
	return Object.fromEntries(
		Object.entries(value)
			.map(([key, inner]) => [key, shapeOf(inner)])
			.sort(),
	);
}

describe('two hosts in two projects', () => {
	it('have their own folder, their own "that file", and nothing of each other', async () => {
		const projects = ['one', 'two'].map((name) => {
			const folder = join(switchboard.work, name);
			mkdirSync(folder);
			writeFileSync(join(folder, 'plan.md'), `plan of project ${name}\n`);
			return folder;
		});
		const [one, two] = await Promise.all(projects.map((cwd, n) => switchboard.stdio({ cwd, name: `host-${n}` })));
		if (one === undefined || two === undefined) throw new Error('two hosts');
		const ask = async (host: typeof one, instruction: string) =>
			(await host.call('ask', { instruction })).structuredContent as unknown as Envelope;
		await Promise.all([ask(one, 'read plan.md'), ask(two, 'read plan.md')]);
		const again = await Promise.all([ask(one, 'read that file'), ask(two, 'read that file')]);
		expect(again[0]?.answer).toContain('plan of project one');
		expect(again[1]?.answer).toContain('plan of project two');

		const write = await one.call('fs_write', { path: 'mine.txt', text: 'one' });
		expect(write.isError ?? false, textOf(write)).toBe(false);
		const stolen = await two.call('fs_read', { path: 'mine.txt' });
		expect(stolen.isError).toBe(true);
		const list = await two.client.listResources();
		expect(list.resources).toEqual([]);
	});
});

describe('what goes wrong', () => {
	it.each<[string, string, Record<string, unknown>, RegExp]>([
		['an unknown Skill', 'fs_teleport', {}, /not_found.*list/i],
		['a wrong input', 'fs_read', { pth: 'x' }, /invalid_input.*path/],
		['a missing file', 'fs_read', { path: 'nowhere.txt' }, /not_found/],
		['a path outside', 'fs_read', { path: '/etc/passwd' }, /denied/],
	])('%s is a fault that says what to do', async (_what, name, args, said) => {
		const host = await switchboard.stdio();
		const result = await host.call(name, args);
		expect(result.isError).toBe(true);
		expect(textOf(result)).toMatch(said);
		expect((await host.call('fs_read', { path: 'notes.md' })).isError ?? false).toBe(false);
	});

	it('an Agent killed in the middle of a call is a fault, and the next call works', async () => {
		const host = await switchboard.stdio();
		await host.call('fs_read', { path: 'notes.md' });
		for (const { pid } of switchboard.processes().filter(({ command }) => command.includes('servers/fs-shell')))
			process.kill(pid, 'SIGKILL');
		expect((await host.call('fs_read', { path: 'notes.md' })).isError ?? false).toBe(false);
	});

	it('is in the audit, with what was refused', async () => {
		const denied = (
			await switchboard.run(['audit', 'query', '--skill', 'fs_read', '--status', 'denied', '--json'])
		).json<unknown[]>();
		expect(denied.length).toBeGreaterThan(0);
		expect((await switchboard.run(['audit', 'verify'])).code).toBe(0);
	});
});
