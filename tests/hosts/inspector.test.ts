import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout, createSwitchboard, programArgs, type Switchboard } from '../support/switchboard.ts';

const inspector = join(checkout, 'node_modules/.bin/mcp-inspector');
let switchboard: Switchboard;
beforeAll(async () => {
	switchboard = createSwitchboard();
	writeFileSync(join(switchboard.work, 'hello.txt'), 'hello from a file');
	await switchboard.run(['skills']);
});
afterAll(() => switchboard.close());

/** The Inspector's own command line, as somebody else's host. */
async function inspect(transport: 'stdio' | 'http' | 'sse', ...method: string[]): Promise<Record<string, unknown>> {
	const { stdout } = await promisify(execFile)(
		inspector,
		['--cli', ...(await target(transport)), ...method, '--format', 'json'],
		{
			cwd: switchboard.work,
			env: { ...process.env, ...switchboard.env, HOME: switchboard.home },
			maxBuffer: 16 * 1024 * 1024,
		},
	);
	const answer = JSON.parse(stdout) as Record<string, unknown>;
	return (answer.result as Record<string, unknown> | undefined) ?? answer;
}

async function target(transport: 'stdio' | 'http' | 'sse'): Promise<string[]> {
	if (transport === 'stdio')
		return [
			process.execPath,
			...programArgs,
			'stdio',
			'--transport',
			'stdio',
			'-e',
			`SWITCHBOARD_HOME=${switchboard.home}`,
		];
	const { urls } = (await switchboard.run(['status', '--json'])).json<{ urls: { mcp: string; sse: string } }>();
	const token = readFileSync(join(switchboard.home, 'token'), 'utf8').trim();
	return [
		transport === 'http' ? urls.mcp : urls.sse,
		'--transport',
		transport,
		'--header',
		`Authorization: Bearer ${token}`,
	];
}

describe.each(['stdio', 'http', 'sse'] as const)('the Inspector over %s', (transport) => {
	it('lists all Agents’ Skills and the Gateway’s own', async () => {
		const { tools } = (await inspect(transport, '--method', 'tools/list')) as { tools: { name: string }[] };
		const names = tools.map(({ name }) => name);
		for (const name of ['fs_read', 'browser_open', 'msg_search', 'biz_search', 'ask', 'job_status'])
			expect(names).toContain(name);
	});

	it('calls a Skill', async () => {
		const result = await inspect(
			transport,
			'--method',
			'tools/call',
			'--tool-name',
			'fs_read',
			'--tool-arg',
			'path=hello.txt',
		);
		expect(JSON.stringify(result)).toContain('hello from a file');
	});
});

it('finds no tool schema that a host might refuse', async () => {
	const { stderr } = await promisify(execFile)(
		inspector,
		['--cli', ...(await target('stdio')), '--method', 'tools/list', '--strict'],
		{
			cwd: switchboard.work,
			env: { ...process.env, ...switchboard.env, HOME: switchboard.home },
			maxBuffer: 16 * 1024 * 1024,
		},
	);
	expect(stderr).toContain('0 errors');
});
