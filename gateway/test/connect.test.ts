import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectHost, disconnectHost } from '../src/connect/connect.ts';
import { backupOf } from '../src/connect/file.ts';
import { hostNamed, hosts, type Machine } from '../src/connect/hosts.ts';
import type { LaunchCommand } from '../src/connect/launch.ts';
import { type ConnectionRecord, createConnectionRecord } from '../src/connect/record.ts';

const launch: LaunchCommand = { command: '/opt/node', args: ['/opt/main.js', 'stdio'], env: {} };
const elsewhere: LaunchCommand = { ...launch, args: ['/srv/main.js', 'stdio'], env: { SWITCHBOARD_HOME: '/srv/home' } };
const desktop = hostNamed('claude-desktop');
let folder: string;
let file: string;
let record: ConnectionRecord;

beforeEach(() => {
	folder = fs.mkdtempSync(join(tmpdir(), 'switchboard-connect-'));
	file = join(folder, 'config.json');
	record = createConnectionRecord(join(folder, 'home'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function add(to = launch) {
	return connectHost(desktop, file, to, record);
}
function take() {
	return disconnectHost(desktop, file, record);
}
function parsed(): { mcpServers: Record<string, unknown> } {
	return JSON.parse(fs.readFileSync(file, 'utf8').replace('\ufeff', '')) as { mcpServers: Record<string, unknown> };
}

describe('a file that was there', () => {
	const odd = '\ufeff{\r\n\t"theme": "dark",\r\n\t"mcpServers": { },\r\n\t"x": [1 ,2]\r\n}';

	it('is byte-identical after connect and remove, and its backup is gone', () => {
		fs.writeFileSync(file, odd, { mode: 0o640 });
		expect(add()).toMatchObject({ action: 'connected', backup: backupOf(file) });
		expect(parsed().mcpServers).toEqual({ switchboard: { command: '/opt/node', args: ['/opt/main.js', 'stdio'] } });
		expect(fs.readFileSync(backupOf(file), 'utf8')).toBe(odd);
		expect(fs.statSync(file).mode & 0o777).toBe(0o640);
		expect(take().action).toBe('removed');
		expect(fs.readFileSync(file, 'utf8')).toBe(odd);
		expect(fs.readdirSync(folder).filter((name) => name !== 'home')).toEqual(['config.json']);
		expect(fs.statSync(file).mode & 0o777).toBe(0o640);
	});

	it.each(['', '\n', '{}', '{ }\n'])('is byte-identical also where it held nothing: %j', (empty) => {
		fs.writeFileSync(file, empty);
		add();
		expect(Object.keys(parsed().mcpServers)).toEqual(['switchboard']);
		take();
		expect(fs.readFileSync(file, 'utf8')).toBe(empty);
	});

	it('is not written again when nothing would change', () => {
		fs.writeFileSync(file, odd);
		add();
		const { mtimeNs, ino } = fs.statSync(file, { bigint: true });
		expect(add().action).toBe('unchanged');
		expect(fs.statSync(file, { bigint: true })).toMatchObject({ mtimeNs, ino });
	});

	it('goes back to its first state after it was connected to several places', () => {
		fs.writeFileSync(file, odd);
		add();
		expect(add(elsewhere).action).toBe('updated');
		expect(parsed().mcpServers.switchboard).toMatchObject({ env: { SWITCHBOARD_HOME: '/srv/home' } });
		add();
		expect(parsed().mcpServers.switchboard).toEqual({ command: '/opt/node', args: ['/opt/main.js', 'stdio'] });
		add(elsewhere);
		take();
		expect(fs.readFileSync(file, 'utf8')).toBe(odd);
	});

	it('keeps what its host wrote meanwhile', () => {
		fs.writeFileSync(file, '{"a": 1}\n');
		add();
		fs.writeFileSync(file, JSON.stringify({ ...parsed(), a: 2, b: { c: [] } }, null, 4));
		expect(take().action).toBe('removed');
		expect(fs.readFileSync(file, 'utf8')).toBe(JSON.stringify({ a: 2, b: { c: [] } }, null, 4));
	});

	it('keeps what the owner added to our entry', () => {
		fs.writeFileSync(file, '{}');
		add();
		const { mcpServers } = parsed();
		const mine = {
			...(mcpServers.switchboard as object),
			disabled: true,
			env: { OPENAI_BASE_URL: 'http://127.0.0.1:1' },
		};
		fs.writeFileSync(file, JSON.stringify({ mcpServers: { switchboard: mine } }));
		add(elsewhere);
		expect(parsed().mcpServers.switchboard).toEqual({
			command: '/opt/node',
			args: ['/srv/main.js', 'stdio'],
			disabled: true,
			env: { OPENAI_BASE_URL: 'http://127.0.0.1:1', SWITCHBOARD_HOME: '/srv/home' },
		});
	});

	it('is backed up anew when our entry had been taken out by hand', () => {
		fs.writeFileSync(file, '{"a": 1}');
		add();
		fs.writeFileSync(file, '{"a": 2}');
		add();
		take();
		expect(fs.readFileSync(file, 'utf8')).toBe('{"a": 2}');
	});

	it('is left alone by a removal when our entry is not in it', () => {
		fs.writeFileSync(file, odd);
		expect(take().action).toBe('absent');
		expect(fs.readFileSync(file, 'utf8')).toBe(odd);
	});

	it.each([
		['{"mcpServers": {', 'close brace expected'],
		[Buffer.from([0xff, 0xfe, 0x7b, 0x00]), 'is not UTF-8 text'],
	])('is refused and untouched when it is broken: %s', (broken, why) => {
		fs.writeFileSync(file, broken);
		expect(add).toThrow(why);
		expect(add).toThrow(file);
		expect(fs.readFileSync(file)).toEqual(Buffer.from(broken));
		expect(fs.readdirSync(folder).filter((name) => name !== 'home')).toEqual(['config.json']);
	});

	it('stays a symbolic link', () => {
		const real = join(folder, 'dotfiles.json');
		fs.writeFileSync(real, odd, { mode: 0o600 });
		fs.symlinkSync('dotfiles.json', file);
		add();
		expect(fs.lstatSync(file).isSymbolicLink()).toBe(true);
		expect(fs.readFileSync(real, 'utf8')).toContain('/opt/main.js');
		expect(fs.statSync(real).mode & 0o777).toBe(0o600);
		take();
		expect(fs.readFileSync(real, 'utf8')).toBe(odd);
	});
});

describe('a file that was not there', () => {
	it('is made, and gone again with the folders made for it', () => {
		file = join(folder, 'Host', 'User', 'mcp.json');
		expect(add()).toEqual({ host: 'claude-desktop', file, action: 'connected' });
		expect(record.list()).toEqual([{ host: 'claude-desktop', file, madeFolder: join(folder, 'Host') }]);
		take();
		expect(fs.readdirSync(folder)).toEqual(['home']);
		expect(fs.readdirSync(join(folder, 'home'))).toEqual([]);
	});

	it('leaves a folder that was there before', () => {
		fs.mkdirSync(join(folder, 'Host'));
		file = join(folder, 'Host', 'User', 'mcp.json');
		add();
		take();
		expect(fs.readdirSync(join(folder, 'Host'))).toEqual([]);
	});

	it('stays when others have put something into it', () => {
		add();
		fs.writeFileSync(file, JSON.stringify({ mcpServers: { ...parsed().mcpServers, other: {} } }));
		take();
		expect(parsed()).toEqual({ mcpServers: { other: {} } });
	});

	it('is no failure to remove from', () => {
		expect(take().action).toBe('absent');
		expect(fs.existsSync(file)).toBe(false);
	});

	it('is made where a dangling link points', () => {
		fs.symlinkSync('elsewhere.json', file);
		add();
		expect(fs.existsSync(join(folder, 'elsewhere.json'))).toBe(true);
		take();
		expect(fs.lstatSync(file).isSymbolicLink()).toBe(true);
		expect(fs.existsSync(join(folder, 'elsewhere.json'))).toBe(false);
	});
});

describe('hosts', () => {
	const mac: Machine = { platform: 'darwin', env: { HOME: '/Users/ada' } };
	const linux: Machine = { platform: 'linux', env: { HOME: '/home/ada' } };
	const windows: Machine = {
		platform: 'win32',
		env: { USERPROFILE: 'C:\\Users\\ada', APPDATA: 'C:\\Users\\ada\\AppData\\Roaming' },
	};

	it.each([
		['claude-desktop', mac, '/Users/ada/Library/Application Support/Claude/claude_desktop_config.json'],
		['claude-desktop', linux, '/home/ada/.config/Claude/claude_desktop_config.json'],
		['claude-desktop', windows, 'C:\\Users\\ada\\AppData\\Roaming\\Claude\\claude_desktop_config.json'],
		['claude-code', mac, '/Users/ada/.claude.json'],
		['claude-code', windows, 'C:\\Users\\ada\\.claude.json'],
		['cursor', linux, '/home/ada/.cursor/mcp.json'],
		['vscode', mac, '/Users/ada/Library/Application Support/Code/User/mcp.json'],
		['vscode', linux, '/home/ada/.config/Code/User/mcp.json'],
		['vscode', windows, 'C:\\Users\\ada\\AppData\\Roaming\\Code\\User\\mcp.json'],
	])('keep their configuration where each keeps it: %s', (name, machine, path) => {
		expect(hostNamed(name).file(machine)).toBe(path);
	});

	it('name the transport where they want it named', () => {
		const shapes = hosts.map((host) => {
			file = join(folder, `${host.name}.json`);
			connectHost(host, file, launch, record);
			return [host.name, JSON.parse(fs.readFileSync(file, 'utf8'))];
		});
		const plain = { command: '/opt/node', args: ['/opt/main.js', 'stdio'] };
		expect(Object.fromEntries(shapes)).toEqual({
			'claude-desktop': { mcpServers: { switchboard: plain } },
			'claude-code': { mcpServers: { switchboard: { type: 'stdio', ...plain } } },
			cursor: { mcpServers: { switchboard: plain } },
			vscode: { servers: { switchboard: { type: 'stdio', ...plain } } },
		});
	});

	it('are told apart from what is none', () => {
		expect(() => hostNamed('emacs')).toThrow('no host "emacs"');
	});
});
