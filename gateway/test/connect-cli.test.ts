import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
let folder: string;
let work: string;
let state: string;

beforeEach(() => {
	folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'switchboard-connect-cli-')));
	work = join(folder, 'work');
	state = join(folder, 'state');
	fs.mkdirSync(work);
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

interface Ran {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

function switchboard(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
	const around = { PATH: process.env.PATH, HOME: folder, SWITCHBOARD_HOME: state, ...env };
	return new Promise((done) => {
		execFile(
			process.execPath,
			['--conditions=@switchboard/source', main, ...args],
			{ cwd: work, env: around },
			(error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
		);
	});
}

function entryIn(file: string, section = 'mcpServers'): unknown {
	return JSON.parse(fs.readFileSync(join(folder, file), 'utf8'))[section].switchboard;
}

const stdio = [process.execPath, '--conditions=@switchboard/source', main, 'stdio'];
const [command, ...args] = stdio;
const env = () => ({ SWITCHBOARD_HOME: state });

it('prints what a user would paste, and writes nothing', async () => {
	const { code, stdout } = await switchboard(['connect', 'claude-desktop', '--print']);
	expect(code).toBe(0);
	expect(JSON.parse(stdout)).toEqual({
		mcpServers: { switchboard: { command, args: [...args, '--folder', work], env: env() } },
	});
	expect(fs.readdirSync(folder)).toEqual(['work']);
});

it('gives Claude Desktop the folder it was called in, and other hosts only one that is named', async () => {
	await switchboard(['connect', 'claude-desktop']);
	await switchboard(['connect', 'cursor']);
	await switchboard(['connect', 'vscode', '--folder', '.']);
	expect(entryIn('.config/Claude/claude_desktop_config.json')).toMatchObject({ args: [...args, '--folder', work] });
	expect(entryIn('.cursor/mcp.json')).toEqual({ command, args, env: env() });
	expect(entryIn('.config/Code/User/mcp.json', 'servers')).toMatchObject({
		type: 'stdio',
		args: [...args, '--folder', work],
	});
});

it('finds the configuration where the host keeps it, in the project, or where it is told', async () => {
	const reported = async (...words: string[]) =>
		JSON.parse((await switchboard(['connect', ...words, '--json'])).stdout).file;
	expect(await reported('claude-code')).toBe(join(folder, '.claude.json'));
	expect(await reported('claude-code', '--project')).toBe(join(work, '.mcp.json'));
	expect(await reported('cursor', '--file', 'mine.json')).toBe(join(work, 'mine.json'));
});

it.each([
	[['connect'], 2, 'No host is named'],
	[['connect', 'emacs'], 2, 'no host "emacs"'],
	[['connect', 'claude-desktop', '--project'], 2, 'no configuration for one project'],
	[['connect', 'cursor', '--folder', 'nowhere'], 5, 'There is no folder'],
])('says what is wrong with %j', async (words, code, why) => {
	const ran = await switchboard(words);
	expect(ran).toMatchObject({ code, stdout: '' });
	expect(ran.stderr).toContain(why);
});

it('leaves a broken configuration alone and says where it is broken', async () => {
	fs.writeFileSync(join(folder, '.claude.json'), '{\n  "mcpServers": {,}\n}');
	const ran = await switchboard(['connect', 'claude-code']);
	expect(ran.code).toBe(2);
	expect(ran.stderr).toMatch(/\.claude\.json was left as it is.*line 2/s);
	expect(fs.readFileSync(join(folder, '.claude.json'), 'utf8')).toBe('{\n  "mcpServers": {,}\n}');
});

it('uninstall leaves every host it was entered in, and its state, and asks first', async () => {
	fs.writeFileSync(join(folder, '.claude.json'), '{"theme":"dark"}');
	for (const words of [
		['claude-code'],
		['claude-desktop'],
		['cursor', '--project'],
		['vscode', '--file', 'far.json'],
	]) {
		await switchboard(['connect', ...words]);
	}
	const unasked = await switchboard(['uninstall']);
	expect(unasked).toMatchObject({ code: 2, stdout: '' });
	expect(unasked.stderr).toContain('--yes');
	const { code, stdout } = await switchboard(['uninstall', '--yes', '--json']);
	expect(code).toBe(0);
	expect(JSON.parse(stdout).hosts).toHaveLength(4);
	expect(fs.readFileSync(join(folder, '.claude.json'), 'utf8')).toBe('{"theme":"dark"}');
	expect(fs.readdirSync(folder, { recursive: true })).toEqual(
		expect.not.arrayContaining(['state', 'work/.cursor', 'work/far.json', '.config']),
	);
});

it('uninstall does not delete a folder that holds more than our state', async () => {
	fs.writeFileSync(join(folder, 'connections.json'), '[]');
	const home = await switchboard(['uninstall', '--yes'], { SWITCHBOARD_HOME: folder });
	expect(home.code).toBe(4);
	const other = join(work, 'photos');
	fs.mkdirSync(other);
	const photos = await switchboard(['uninstall', '--yes'], { SWITCHBOARD_HOME: other });
	expect(photos.stderr).toContain('does not look like a state folder');
	expect(fs.existsSync(other)).toBe(true);
});
