import { cardOf } from '@switchboard/kit/skill';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../gateway/src/gateway.ts';
import { createCardIndex } from '../../gateway/src/intent/rank.ts';
import { type Understood, understand } from '../../gateway/src/intent/understand.ts';
import { allAgents } from '../support/agents.ts';
import { nothingHere, type RoutingCase, routingCases } from './routing-cases.ts';

const entries: readonly Entry[] = (await allAgents()).flatMap(({ name: agent, skills }) =>
	skills.map((skill) => ({ agent, name: skill.name, skill: skill.name, card: cardOf(skill), tool: {} })),
);
const index = createCardIndex(entries);
const now = new Date(2026, 10, 22, 10, 0, 0);

function stepsOf(say: string): readonly Understood[] {
	return understand(say, index, [], now);
}

/** A Step that leads to another one for the same words is on the way, not the answer. */
function lastOf(say: string): Understood | undefined {
	return stepsOf(say).at(-1);
}

function ranked(say: string): readonly string[] {
	return lastOf(say)?.decision.candidates.map(({ entry }) => entry.name) ?? [];
}

function share(
	cases: readonly RoutingCase[],
	holds: (one: RoutingCase) => boolean,
): { readonly share: number; readonly misses: readonly string[] } {
	const misses = cases.filter((one) => !holds(one)).map(({ say }) => say);
	return { share: 1 - misses.length / cases.length, misses };
}

describe('instructions for the four Agents', () => {
	it('reach the right Agent', () => {
		const { share: right, misses } = share(
			routingCases,
			({ say, agent }) => lastOf(say)?.decision.candidates[0]?.entry.agent === agent,
		);
		expect(right, misses.join('\n')).toBeGreaterThanOrEqual(0.95);
	});

	it('have the right Skill among the first three', () => {
		const { share: right, misses } = share(routingCases, ({ say, skill }) => ranked(say).slice(0, 3).includes(skill));
		expect(right, misses.join('\n')).toBeGreaterThanOrEqual(0.95);
	});

	it('call the right Skill', () => {
		const { share: right, misses } = share(routingCases, ({ say, skill }) => lastOf(say)?.entry?.name === skill);
		expect(right, misses.join('\n')).toBeGreaterThanOrEqual(0.9);
	});

	it('give the right arguments', () => {
		const cases = routingCases.filter(({ args }) => args !== undefined);
		const { share: right, misses } = share(cases, ({ say, args }) => {
			const found = lastOf(say)?.filling?.args ?? {};
			return Object.entries(args ?? {}).every(([name, value]) => JSON.stringify(found[name]) === JSON.stringify(value));
		});
		expect(right, misses.join('\n')).toBeGreaterThanOrEqual(0.9);
	});
});

it('what nobody here does is left alone', () => {
	const misses = nothingHere.filter((say) => lastOf(say)?.decision.kind !== 'none');
	expect(1 - misses.length / nothingHere.length, misses.join('\n')).toBeGreaterThanOrEqual(0.9);
});

describe('the first task', () => {
	it.each([
		[
			'find README.md in this folder and read it, then open http://127.0.0.1:8080/ in the browser and read the page, then add a contact Ada Example with email ada@example.test to the CRM, then leave a notification saying "Switchboard is ready"',
			[
				['fs_find', { path: '.', glob: 'README.md' }],
				['fs_read', { path: expect.any(String) }],
				['browser_open', { url: 'http://127.0.0.1:8080/' }],
				['browser_read', {}],
				['contact_add', { name: 'Ada Example', email: 'ada@example.test' }],
				['notify_send', { title: 'Switchboard is ready' }],
			],
		],
		[
			'read the file README.md, then open http://127.0.0.1:8080/ in the browser, then add a contact named Ada Example with the email ada@example.com, then leave me a notification titled "Switchboard is ready"',
			[
				['fs_read', { path: 'README.md' }],
				['browser_open', { url: 'http://127.0.0.1:8080/' }],
				['contact_add', { name: 'Ada Example', email: 'ada@example.com' }],
				['notify_send', { title: 'Switchboard is ready' }],
			],
		],
		[
			'list the files in this folder, then open http://127.0.0.1:8080/ in the browser, then leave me a notification titled "Switchboard is ready"',
			[
				['fs_list', { path: '.' }],
				['browser_open', { url: 'http://127.0.0.1:8080/' }],
				['notify_send', { title: 'Switchboard is ready' }],
			],
		],
	])('is understood without a model: %s', (say, expected) => {
		const steps = stepsOf(say);
		expect(steps.map(({ entry, filling }) => [entry?.name, filling?.args])).toEqual(expected);
		expect(steps.flatMap(({ filling }) => filling?.needs ?? [])).toEqual([]);
	});
});
