import { execFile } from 'node:child_process';
import {
	accessSync,
	constants,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout } from '../support/switchboard.ts';
import { connectTo, type Installation, installPackages } from './installation.ts';

const run = promisify(execFile);
const packages = [
	'@switchboard/kit',
	'switchboard-browser',
	'switchboard-business',
	'switchboard-fs-shell',
	'switchboard-gateway',
	'switchboard-messaging',
] as const;

interface Manifest {
	readonly bin?: Record<string, string>;
	readonly exports?: Record<string, string | Record<string, string>>;
	readonly dependencies: Record<string, string>;
	readonly description?: string;
	readonly license: string;
	readonly engines: { readonly node: string };
}

let user: Installation;
beforeAll(async () => {
	user = await installPackages();
}, 600_000);
afterAll(() => user?.remove());

function placeOf(name: string): string {
	return join(user.folder, 'node_modules', name);
}
function manifestOf(name: string): Manifest {
	return JSON.parse(readFileSync(join(placeOf(name), 'package.json'), 'utf8')) as Manifest;
}

it('the lock names everything that npm ci wants', async () => {
	await user.npm(['ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund'], checkout);
});

describe.each(packages)('%s', (name) => {
	it('has what it promises and nothing that is only of use to us', () => {
		const { exports = {}, bin = {}, description, license, engines } = manifestOf(name);
		expect(description).toMatch(/\.$/);
		expect({ license, node: engines.node }).toEqual({ license: 'MIT', node: '>=22.19' });
		const files = readdirSync(placeOf(name), { recursive: true, encoding: 'utf8' }).filter(
			(file) => !file.includes('node_modules'),
		);
		expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md']));
		expect(files.filter((file) => /\.map$|\.tsbuildinfo$|^src|^test|(?<!\.d)\.ts$/.test(file))).toEqual([]);
		const promised = Object.values(exports).flatMap((target) =>
			typeof target === 'string'
				? [target]
				: Object.entries(target)
						.filter(([condition]) => condition !== '@switchboard/source')
						.map(([, file]) => file),
		);
		for (const file of [...promised, ...Object.values(bin)]) {
			if (!file.includes('*')) expect(existsSync(join(placeOf(name), file)), file).toBe(true);
		}
	});

	it('names exact versions of all it needs', () => {
		for (const version of Object.values(manifestOf(name).dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
	});

	it('brings the licences of what is bundled into its program', () => {
		const { bin } = manifestOf(name);
		if (bin === undefined) return;
		const main = join(placeOf(name), 'dist/main.js');
		expect(readFileSync(main, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
		accessSync(main, constants.X_OK);
		expect(readFileSync(join(placeOf(name), 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8')).toContain('zod 4');
		for (const program of Object.keys(bin)) accessSync(user.bin(program), constants.X_OK);
	});
});

it('the kit can be imported and type-checked by whoever writes an Agent', async () => {
	const source = `import { defineAgent, defineSkill, type Skill } from '@switchboard/kit';
import { connect } from '@switchboard/kit/testing';
import type { Agent } from '@switchboard/kit/agent';
export const all: readonly unknown[] = [defineAgent, defineSkill, connect];
export type Both = [Skill, Agent<unknown>];
console.log(all.every((one) => typeof one === 'function'));
`;
	writeFileSync(join(user.folder, 'agent.mts'), source);
	const types = { types: ['node'], typeRoots: [join(checkout, 'node_modules/@types')], skipLibCheck: true };
	const options = { target: 'es2024', module: 'nodenext', strict: true, outDir: 'out', ...types };
	writeFileSync(
		join(user.folder, 'tsconfig.json'),
		JSON.stringify({ compilerOptions: options, include: ['agent.mts'] }),
	);
	await run(process.execPath, [join(checkout, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: user.folder });
	const { stdout } = await run(process.execPath, [join('out', 'agent.mjs')], { cwd: user.folder });
	expect(stdout).toBe('true\n');
});

describe('each Agent alone', () => {
	it.each([
		['fs-shell', 'fs_list', { path: '.' }, ['./folder']],
		['messaging', 'msg_accounts', {}, []],
		['business', 'biz_connections', {}, []],
		['browser', 'browser_tabs', {}, []],
	])('switchboard-%s lists its Skills and does one', async (agent, skill, args, flags) => {
		mkdirSync(join(user.folder, 'folder'), { recursive: true });
		const env = { ...user.bare, PATH: process.env.PATH ?? '' };
		const host = await connectTo(user.bin(`switchboard-${agent}`), flags, { cwd: user.folder, env });
		try {
			const { tools } = await host.listTools();
			expect(tools.map((tool) => tool.name)).toContain(skill);
			expect(await host.callTool({ name: skill, arguments: args })).not.toHaveProperty('isError', true);
		} finally {
			await host.close();
		}
	});

	it('npx switchboard-fs-shell ./folder serves that folder', async () => {
		mkdirSync(join(user.folder, 'folder'), { recursive: true });
		writeFileSync(join(user.folder, 'folder', 'note.txt'), 'from the folder');
		const env = { ...user.bare, PATH: process.env.PATH ?? '' };
		const [command, ...args] = user.npx;
		const host = await connectTo(command, [...args, 'switchboard-fs-shell', './folder'], { cwd: user.folder, env });
		try {
			const result = await host.callTool({ name: 'fs_read', arguments: { path: 'note.txt' } });
			expect(result.structuredContent).toMatchObject({ text: 'from the folder' });
		} finally {
			await host.close();
		}
	});
});

describe('the Gateway', () => {
	async function switchboard(...args: readonly string[]): Promise<string> {
		const { bare, folder } = user;
		const { stdout } = await run(process.execPath, [user.bin('switchboard'), ...args], { cwd: folder, env: bare });
		return stdout;
	}

	it('reports its status and offers the Skills of all Agents, with no configuration and no Node on the path', async () => {
		const printed = JSON.parse(await switchboard('connect', 'claude-desktop', '--print')) as {
			mcpServers: { switchboard: { command: string; args: string[]; env?: Record<string, string> } };
		};
		const { command, args, env } = printed.mcpServers.switchboard;
		expect(env).toBeUndefined();
		const host = await connectTo(command, args, { cwd: '/', env: { ...user.bare, PATH: '/nonexistent' } });
		try {
			const names = (await host.listTools()).tools.map((tool) => tool.name);
			for (const skill of ['fs_read', 'browser_open', 'msg_search', 'biz_search']) expect(names).toContain(skill);
			const result = await host.callTool({ name: 'biz_connections', arguments: {} });
			expect(result.isError ?? false).toBe(false);
			expect(JSON.parse(await switchboard('status', '--json'))).toMatchObject({ state: 'ready', hosts: 1 });
		} finally {
			await host.close();
		}
	});

	it('is found well by its own doctor', async () => {
		await switchboard('connect', 'cursor');
		await switchboard('connect', 'vscode', '--folder', 'folder');
		const { ok, findings } = JSON.parse(await switchboard('doctor', '--json')) as {
			ok: boolean;
			findings: { status: string }[];
		};
		expect(findings.filter(({ status }) => status === 'problem')).toEqual([]);
		expect(ok).toBe(true);
	});

	it('leaves nothing when it is uninstalled', async () => {
		const { HOME } = user.bare;
		expect(JSON.parse(readFileSync(join(HOME, '.cursor/mcp.json'), 'utf8'))).toHaveProperty('mcpServers.switchboard');
		await switchboard('uninstall', '--yes');
		const left = readdirSync(HOME, { recursive: true, encoding: 'utf8' }).filter((path) =>
			statSync(join(HOME, path)).isFile(),
		);
		expect(left.filter((path) => !path.startsWith('.npm/'))).toEqual([]);
	});
});
