import type { Agent } from '@switchboard/kit';
import type { AnySkill } from '@switchboard/kit/skill';
import { connect, type TestAgent } from '@switchboard/kit/testing';
import { Card } from '@switchboard/kit/wire';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { allAgents } from '../support/agents.ts';

const agents = await allAgents();
const ajv = new Ajv2020({ strict: false, validateFormats: false });

type Json = Record<string, unknown>;

/** Inputs that say nothing of themselves. */
function undescribed({ properties }: Json): string[] {
	return Object.entries(properties as Record<string, Json>).flatMap(([name, schema]) =>
		schema.description === undefined ? [name] : [],
	);
}

/** A value that the schema of a property refuses, or undefined where it takes anything. */
function wrongFor(schema: z.ZodType): unknown {
	return [{ wrong: true }, 1.5, 'wrong', [[[]]], true, null].find((value) => !schema.safeParse(value).success);
}

/** An object takes either what it names and nothing more, or anything. */
function isStrict(schema: unknown): boolean {
	if (typeof schema !== 'object' || schema === null) return true;
	const { type, properties, additionalProperties } = schema as Json;
	const isOpen = type === 'object' && Object.keys(properties ?? {}).length > 0 && additionalProperties !== false;
	return (
		!isOpen && Object.values(schema).every((inner) => (Array.isArray(inner) ? inner.every(isStrict) : isStrict(inner)))
	);
}

it('finds Agents, none of whose Skills share a name', () => {
	const names = agents.flatMap(({ skills }) => skills.map(({ name }) => name));
	expect(names.length).toBeGreaterThan(0);
	expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe.each(agents.map((agent) => [agent.name, agent] as const))('%s', (_, agent: Agent<never>) => {
	let running: TestAgent;
	let cards: readonly Card[];

	beforeAll(async () => {
		running = await connect(agent);
		cards = await running.cards();
	});
	afterAll(() => running.close());

	it('lists its Skills in a fixed order, alike each time and in each process', async () => {
		const first = await running.client.listTools();
		expect((await running.client.listTools()).tools).toEqual(first.tools);
		const other = await connect(agent);
		expect(JSON.stringify((await other.client.listTools()).tools)).toBe(JSON.stringify(first.tools));
		await other.close();
	});

	it('starts with no configuration, and explains every setting there is', () => {
		expect(agent.config.safeParse({}).success).toBe(true);
		const { positionals, flags, example } = agent.usage;
		const settings = Object.keys(agent.config.shape);
		expect(Object.keys(flags).filter((flag) => !settings.includes(flag))).toEqual([]);
		expect(settings.filter((setting) => setting !== positionals && !(setting in flags))).toEqual([]);
		expect(example.length).toBeGreaterThan(0);
		expect(agent.allow.filter((effect) => effect === 'send' || effect === 'destroy' || effect === 'execute')).toEqual(
			[],
		);
	});

	describe.each(agent.skills.map((skill) => [skill.name, skill] as const))('%s', (name, skill: AnySkill<never>) => {
		const card = (): Card => cards.find((one) => one.name === name) as Card;

		it('is named and described for a reader who has only this sentence', () => {
			expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+){1,2}$/);
			expect(name.length).toBeLessThanOrEqual(40);
			expect(skill.title).toMatch(/^\S.{1,60}$/);
			expect(skill.description).toMatch(/^[A-Z][^\n]*\.$/);
			expect(skill.description.length).toBeLessThanOrEqual(600);
			expect(skill.description).not.toMatch(/^(This (tool|skill)|You\b)/i);
		});

		it('serves at least two instructions in plain words', () => {
			expect(new Set(skill.examples).size).toBeGreaterThanOrEqual(2);
			expect(skill.examples.filter((example) => example.includes(name) || example.trim().length < 3)).toEqual([]);
		});

		it('has a Card whose hints agree with its effect', async () => {
			expect(Card.parse(card())).toEqual(card());
			const { tools } = await running.client.listTools();
			const hints = tools.find((tool) => tool.name === name)?.annotations;
			expect(hints?.readOnlyHint).toBe(skill.effect === 'read');
			expect(hints?.openWorldHint).toBe(skill.world === 'open');
			if (skill.effect === 'read') expect(hints?.destructiveHint).toBe(false);
			if (['destroy', 'send', 'execute'].includes(skill.effect)) expect(hints?.destructiveHint).toBe(true);
			if (skill.effect === 'destroy') expect(card().reversible).toBe(false);
			if (skill.effect === 'send') expect(card().world).toBe('open');
		});

		it('has schemas that compile, an input that is strict and says what each part means', () => {
			const { inputSchema, outputSchema } = card();
			expect(() => ajv.compile(inputSchema)).not.toThrow();
			expect(() => ajv.compile(outputSchema ?? false)).not.toThrow();
			expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
			expect(outputSchema).toMatchObject({ type: 'object' });
			expect(isStrict(inputSchema)).toBe(true);
			expect(undescribed(inputSchema)).toEqual([]);
		});

		it('names what is wrong with an input', async () => {
			const shape = skill.input.shape as Record<string, z.ZodType>;
			const wrong = Object.entries(shape).flatMap(([property, schema]) => {
				const value = wrongFor(schema);
				return value === undefined ? [] : [[property, value] as const];
			});
			const fault = await running.fault(name, { ...Object.fromEntries(wrong), not_an_input: 1 });
			expect(fault.kind).toBe('invalid_input');
			for (const property of ['not_an_input', ...wrong.map(([property]) => property)])
				expect(fault.message).toContain(property);
		});
	});
});
