import { chmodSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from '@switchboard/kit/testing';
import { describe, expect, it } from 'vitest';
import { readScriptHeader } from '../src/script-header.ts';
import { answer, folder, start } from './support.ts';

const greet = `#!/bin/sh
# @title Greet somebody
# @description Says hello to somebody,
#   as often as is wanted.
# @effect read
# @param {string} name - Who is greeted
# @param {integer} [times=2] - How often
# @example say hello to Ada
echo "hello $SWITCHBOARD_INPUT_NAME x$SWITCHBOARD_INPUT_TIMES"
`;

/** A scripts folder outside the roots. */
function scripts(files: Readonly<Record<string, string>>): string {
	const path = folder(files);
	for (const name of Object.keys(files)) chmodSync(join(path, name), 0o755);
	return path;
}

describe('a declared script', () => {
	it('becomes a Skill with its own inputs, effect and examples', async () => {
		const agent = await start([folder()], { config: { scripts: scripts({ 'greet.sh': greet }) } });
		const card = (await agent.cards()).find(({ name }) => name === 'script_greet');
		expect(card).toMatchObject({
			title: 'Greet somebody',
			description: 'Says hello to somebody, as often as is wanted.',
			effect: 'read',
			examples: ['say hello to Ada'],
			inputSchema: {
				properties: { name: { type: 'string', description: 'Who is greeted' }, times: { type: 'integer', default: 2 } },
				required: ['name'],
			},
		});
		expect(await answer(agent, 'script_greet', { name: 'Ada' })).toMatchObject({
			exitCode: 0,
			stdout: 'hello Ada x2\n',
		});
		expect(await agent.fault('script_greet', {})).toMatchObject({ kind: 'invalid_input' });
		expect(await agent.fault('script_greet', { name: 'Ada', more: 1 })).toMatchObject({ kind: 'invalid_input' });
	});

	it('gets its inputs as they are, never through a shell', async () => {
		const agent = await start([folder()], { config: { scripts: scripts({ 'greet.sh': greet }) } });
		const name = `"; touch pwned; $(touch pwned) '\n\`id\``;
		const { stdout } = await answer<{ stdout: string }>(agent, 'script_greet', { name });
		expect(stdout).toBe(`hello ${name} x2\n`);
	});

	it('reads all of them as JSON and may answer JSON', async () => {
		const sum = `// @description Adds numbers.
// @input {"type":"object","properties":{"numbers":{"type":"array","items":{"type":"number"}}},"required":["numbers"]}
let text = '';
for await (const piece of process.stdin) text += piece;
const { numbers } = JSON.parse(text);
console.log(JSON.stringify({ sum: numbers.reduce((a, b) => a + b, 0) }));
`;
		const agent = await start([folder()], { config: { scripts: scripts({ 'add up.mjs': sum }) } });
		expect(await answer(agent, 'script_add_up', { numbers: [1, 2, 3.5] })).toMatchObject({
			exitCode: 0,
			result: { sum: 6.5 },
		});
		expect(await answer(agent, 'script_add_up', { numbers: Array.from({ length: 50_000 }, () => 1) })).toMatchObject({
			result: { sum: 50_000 },
		});
		expect((await agent.cards()).find(({ name }) => name === 'script_add_up')).toMatchObject({ effect: 'execute' });
	});

	it('gets paths as real ones, of the roots alone', async () => {
		const count = `#!/bin/sh
# @description Counts the bytes of a file.
# @param {path} file - What is counted
wc -c < "$SWITCHBOARD_INPUT_FILE"; echo "$SWITCHBOARD_INPUT_FILE"
`;
		const root = folder({ 'dir/a.txt': 'hello' });
		symlinkSync('dir/a.txt', join(root, 'link'));
		const agent = await start([root], { config: { scripts: scripts({ 'count.sh': count }) } });
		const { stdout } = await answer<{ stdout: string }>(agent, 'script_count', { file: 'link' });
		expect(stdout.split('\n').slice(0, 2)).toEqual(['5', join(root, 'dir/a.txt')]);
		expect(await agent.fault('script_count', { file: '/etc/passwd' })).toMatchObject({ kind: 'denied' });
		expect((await agent.prepare('script_count', { file: 'link' })).targets).toContainEqual({
			kind: 'path',
			value: join(root, 'dir/a.txt'),
		});
	});

	it('runs in the sandbox unless it says otherwise, and ends at its own timeout', async () => {
		// The way to Node itself is shown, where that lies there.
		const [, , node = ''] = realpathSync(process.execPath).split('/');
		const files = {
			'inside.sh': `#!/bin/sh\n# @description Looks around.\nls -A /root | grep -vxF '${node}'; echo "in: $PWD"\n`,
			'outside.sh': '#!/bin/sh\n# @description Looks around.\n# @sandbox off\nls -d /root /proc/1\n',
			'slow.sh': '#!/bin/sh\n# @description Sleeps.\n# @timeout 0.3\necho first; sleep 60\n',
		};
		const root = folder();
		const agent = await start([root], { config: { scripts: scripts(files) } });
		expect(await answer(agent, 'script_inside', {})).toMatchObject({ stdout: `in: ${root}\n` });
		expect(await answer(agent, 'script_outside', {})).toMatchObject({ stdout: '/proc/1\n/root\n' });
		expect(await answer(agent, 'script_slow', {})).toMatchObject({ timedOut: true, stdout: 'first\n' });
	});

	it('is found, changed and lost without a restart, and hosts are told', async () => {
		const path = scripts({ 'greet.sh': greet });
		const agent = await start([folder()], { config: { scripts: path } });
		const names = async (): Promise<string[]> =>
			(await agent.cards()).map(({ name }) => name).filter((name) => name.startsWith('script_'));
		expect(await names()).toEqual(['script_greet']);
		let told = 0;
		agent.client.setNotificationHandler('notifications/tools/list_changed', () => void told++);
		writeFileSync(join(path, 'new.sh'), '#!/bin/sh\n# @description New.\n', { mode: 0o755 });
		await expect.poll(names).toEqual(['script_greet', 'script_new']);
		await expect.poll(() => told).toBeGreaterThan(0);
	});

	it('is bound to what it was when it was asked about', async () => {
		const path = scripts({ 'greet.sh': greet });
		const agent = await start([folder()], { config: { scripts: path } });
		const { digest, preview } = await agent.prepare('script_greet', { name: 'Ada' });
		expect(preview).toContain(join(path, 'greet.sh'));
		writeFileSync(join(path, 'greet.sh'), `${greet}\necho changed\n`);
		expect(await agent.fault('script_greet', { name: 'Ada' }, { digest })).toMatchObject({ kind: 'conflict' });
	});
});

describe('a script that cannot be used', () => {
	it('is left out, the others stay, and system_info says why', async () => {
		const path = scripts({
			'good.sh': greet.replace('@title Greet somebody', '@name good'),
			'twin.sh': greet.replace('@title Greet somebody', '@name good'),
			'no-description.sh': '#!/bin/sh\necho\n',
			'bad-effect.sh': '#!/bin/sh\n# @description x\n# @effect explode\n',
			'bad-input.sh': '#!/bin/sh\n# @description x\n# @input {"type":\n',
			'no-exec.sh': '#!/bin/sh\n# @description x\n',
			'everybody.sh': '#!/bin/sh\n# @description x\n',
			'notes.txt': 'just notes',
		});
		chmodSync(join(path, 'no-exec.sh'), 0o644);
		chmodSync(join(path, 'everybody.sh'), 0o777);
		mkdirSync(join(path, 'folder'));
		symlinkSync('/bin/sh', join(path, 'linked.sh'));
		const agent = await start([folder()], { config: { scripts: path } });
		const { scripts: found } = await answer<{
			scripts: { skills: string[]; problems: { file: string; problem: string }[] };
		}>(agent, 'system_info', {});
		expect(found.skills).toEqual(['script_good']);
		const problems = Object.fromEntries(
			found.problems.map(({ file, problem }) => [file.slice(path.length + 1), problem]),
		);
		expect(problems).toEqual({
			'bad-effect.sh': '@effect is one of read, write, execute, send, destroy.',
			'bad-input.sh': '@input is not a JSON Schema in JSON.',
			'everybody.sh': 'Everybody may write to it.',
			'linked.sh': 'It is not a regular file.',
			'no-description.sh': 'It has no @description.',
			'no-exec.sh': 'It is not executable (chmod +x).',
			'twin.sh': 'Another has its name.',
		});
	});

	it('is not looked for in the roots', async () => {
		const root = folder({ '.switchboard/scripts/evil.sh': greet, 'scripts/evil.sh': greet });
		for (const name of ['.switchboard/scripts/evil.sh', 'scripts/evil.sh']) chmodSync(join(root, name), 0o755);
		const agent = await start([root]);
		expect((await agent.cards()).some(({ name }) => name.startsWith('script_'))).toBe(false);
		expect(existsSync(join(agent.stateFolder, 'scripts'))).toBe(false);
		expect(textOf(await agent.call('system_info'))).toContain('none');
	});
});

describe('readScriptHeader', () => {
	it('reads every style of comment, lists and choices', () => {
		const header = readScriptHeader(
			'/**\n * @description Tags things.\n * @param {string[]} tags - Which\n * @param {low|high} [level=low]\n * @network\n * @timeout 5\n */\ncode();',
			'Tag Things.mjs',
		);
		expect(header).toMatchObject({
			name: 'tag_things',
			title: 'Tag things',
			effect: 'execute',
			hasNetwork: true,
			timeoutMs: 5000,
		});
		if (typeof header === 'string') throw new Error(header);
		expect(header.input.parse({ tags: ['a'] })).toEqual({ tags: ['a'], level: 'low' });
		expect(header.input.safeParse({ tags: 'a' }).success).toBe(false);
		expect(header.input.safeParse({ tags: [], level: 'middle' }).success).toBe(false);
	});

	it.each([
		['# @description x\n# @param name', '@param name is not {type} name - what it is.'],
		['# @description x\n# @param {date} when', '@param {date} when is not {type} name - what it is.'],
		['# @description x\n# @name Not A Name!', '@name is lower-case words joined by _, at most 33 characters.'],
		['# @description x\n# @timeout soon', '@timeout is a number of seconds up to 3600.'],
		['# @description x\n# @sandbox maybe', '@sandbox is on or off.'],
		['# @description x\n# @input {}\n# @param {string} a', 'It has both @input and @param.'],
		['code\n# @description late', 'It has no @description.'],
	])('says what is wrong with %j', (text, problem) => {
		expect(readScriptHeader(text, 'x.sh')).toBe(problem);
	});
});
