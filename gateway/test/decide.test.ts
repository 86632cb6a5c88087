import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Deed, decide } from '../src/policy/decide.ts';
import { Grant, shippedGrants } from '../src/policy/grants.ts';
import { withRealPaths } from '../src/policy/real-targets.ts';
import { targetFits } from '../src/policy/target-pattern.ts';

const deed: Deed = {
	principal: 'owner',
	agent: 'fs-shell',
	skill: 'fs_write',
	effect: 'write',
	reversible: true,
	targets: [{ kind: 'path', value: '/w/a' }],
};

describe('decide', () => {
	it.each<[string, Partial<Deed>, readonly Grant[], string]>([
		['allows reads as shipped', { effect: 'read' }, shippedGrants, 'allow reads'],
		['allows what can be undone as shipped', {}, shippedGrants, 'allow writes that can be undone'],
		['asks for a write that cannot', { reversible: false }, shippedGrants, 'ask writes'],
		['asks for execution', { effect: 'execute' }, shippedGrants, 'ask executing'],
		['asks for sending', { effect: 'send' }, shippedGrants, 'ask sending'],
		['asks for destruction', { effect: 'destroy' }, shippedGrants, 'ask destroying'],
		['denies where nothing matches', {}, [], 'deny no grant'],
		['lets the first match decide', {}, [{ verdict: 'deny', agent: 'fs-shell' }, ...shippedGrants], 'deny grant 1'],
		['matches a Skill by prefix', {}, [{ verdict: 'deny', skill: 'fs_*' }, ...shippedGrants], 'deny grant 1'],
		[
			'matches no other principal',
			{},
			[{ verdict: 'deny', principal: 'guest' }, ...shippedGrants],
			'allow writes that can be undone',
		],
		[
			'allows a named target',
			{ effect: 'execute' },
			[{ verdict: 'allow', targets: { path: ['/w/*'] } }],
			'allow grant 1',
		],
		[
			'lets no second target ride on a named one',
			{
				targets: [
					{ kind: 'path', value: '/w/a' },
					{ kind: 'path', value: '/etc/passwd' },
				],
			},
			[{ verdict: 'allow', targets: { path: ['/w/*'] } }],
			'deny no grant',
		],
		[
			'needs the target a rule speaks of',
			{ targets: [] },
			[{ verdict: 'allow', targets: { path: ['/w/*'] } }],
			'deny no grant',
		],
		[
			'lets no harmless target carry one past a no',
			{
				targets: [
					{ kind: 'path', value: '/w/secret/a' },
					{ kind: 'path', value: '/w/b' },
				],
			},
			[{ verdict: 'deny', targets: { path: ['/w/secret/*'] } }, ...shippedGrants],
			'deny grant 1',
		],
		[
			'takes a target it cannot read for one that is forbidden',
			{ effect: 'read', targets: [{ kind: 'origin', value: 'not an origin' }] },
			[{ verdict: 'deny', targets: { origin: ['https://evil.example'] } }, ...shippedGrants],
			'deny grant 1',
		],
		[
			'takes no target it cannot read for one that is allowed',
			{ effect: 'execute', targets: [{ kind: 'path', value: 'w/a' }] },
			[{ verdict: 'allow', targets: { path: ['*', '/w/*'] } }],
			'deny no grant',
		],
	])('%s', (_name, change, grants, expected) => {
		const { verdict, rule } = decide({ ...deed, ...change }, grants);
		expect(`${verdict} ${rule}`).toBe(expected);
	});
});

describe('a target pattern', () => {
	it.each([
		['path', '/w/*', '/w/a', true],
		['path', '/w/*', '/w/a/../b', true],
		['path', '/w/*', '/w/../etc/passwd', false],
		['path', '/w/*', '/w-evil/a', false],
		['path', '/w/*', '/w', false],
		['path', '/w', '/w/', true],
		['path', '/w', '/w/a', false],
		['path', '/w/*', '/w/..a', true],
		['origin', 'https://good.example', 'https://good.example/path', true],
		['origin', 'https://good.example', 'HTTPS://GOOD.example.:443', true],
		['origin', 'https://good.example', 'https://good.example.evil', false],
		['origin', 'https://good.example', 'https://good.example@evil.example', false],
		['origin', 'https://good.example', 'http://good.example', false],
		['origin', 'https://*.good.example', 'https://a.b.good.example', true],
		['origin', 'https://*.good.example', 'https://evilgood.example', false],
		['origin', 'https://*.good.example', 'https://good.example', false],
		['origin', 'http://127.0.0.1:80', 'http://127.0.0.1:8080', false],
		['origin', 'http://127.0.0.1:*', 'http://127.0.0.1:8080', true],
		['origin', 'http://127.0.0.1:*', 'http://127.0.0.1.evil.example:8080', false],
		['origin', 'http://127.0.0.1', 'http://2130706433', true],
		['recipient', 'ada@example.test', 'Ada@Example.Test', true],
		['recipient', '*@example.test', 'ada@example.test', true],
		['recipient', '*@example.test', 'ada@example.test.evil', false],
		['command', 'git status*', 'git status --short', true],
	] as const)('of a %s, %s, says of %s: %s', (kind, pattern, value, expected) => {
		expect(targetFits(kind, pattern, value)).toBe(expected);
	});

	it.each([
		['path', '/w*'],
		['path', 'w/a'],
		['path', '/w/*/x'],
		['origin', 'http://127.0.0.1:80*'],
		['origin', 'https://good.example*'],
		['origin', 'https://good*.example'],
		['origin', 'https://good.example/path'],
		['origin', 'good.example'],
		['recipient', 'ada@example*'],
	])('of a %s that would mean more than it says is refused: %s', (kind, pattern) => {
		expect(Grant.safeParse({ verdict: 'allow', targets: { [kind]: [pattern] } }).success).toBe(false);
	});
});

describe('a path that leads elsewhere', () => {
	it('is judged by both its name and its place, also where nothing is yet', async () => {
		const folder = realpathSync(mkdtempSync(join(tmpdir(), 'switchboard-links-')));
		mkdirSync(join(folder, 'secret'));
		symlinkSync(join(folder, 'secret'), join(folder, 'link'));
		const grants: Grant[] = [
			{ verdict: 'deny', targets: { path: [`${folder}/secret/*`] } },
			{ verdict: 'allow', effects: ['write'] },
		];
		const verdictOf = async (path: string) => {
			const targets = await withRealPaths([{ kind: 'path', value: join(folder, path) }], grants);
			return decide({ ...deed, targets }, grants).verdict;
		};
		expect(await verdictOf('link/new/file')).toBe('deny');
		expect(await verdictOf('other/file')).toBe('allow');
		rmSync(folder, { recursive: true });
	});
});
