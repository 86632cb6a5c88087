import { describe, expect, it } from 'vitest';
import { type Deed, decide } from '../src/policy/decide.ts';
import { type Grant, shippedGrants } from '../src/policy/grants.ts';

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
	])('%s', (_name, change, grants, expected) => {
		const { verdict, rule } = decide({ ...deed, ...change }, grants);
		expect(`${verdict} ${rule}`).toBe(expected);
	});
});
