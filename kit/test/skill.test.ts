import { defineAgent, defineSkill, digestOf, effects, Fault, graver } from '@switchboard/kit';
import { asFault, FaultWire, faultKinds } from '@switchboard/kit/fault';
import { parseOrFault } from '@switchboard/kit/schema';
import { annotationsOf, cardOf } from '@switchboard/kit/skill';
import { ArtifactUri, artifactDigest, artifactUri, Card } from '@switchboard/kit/wire';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixture } from './support/fixture.ts';

const skill = (more: object = {}) =>
	defineSkill({
		name: 'test_do',
		title: 'Do',
		description: 'Does it.',
		effect: 'read',
		world: 'closed',
		input: z.strictObject({ path: z.string().describe('Path'), depth: z.int().default(1).describe('Depth') }),
		output: z.object({}),
		targets: { path: 'path' },
		examples: ['do it', 'please do'],
		run: async () => ({}),
		...more,
	});
const agentOf = (...skills: ReturnType<typeof skill>[]) => defineAgent({ ...fixture, skills: skills as never });

describe('a Card', () => {
	it('is what the schema of Cards says, and made once', () => {
		const send = fixture.skills.find(({ name }) => name === 'fixture_send') as never;
		const card = cardOf(send);
		expect(Card.parse(card)).toEqual(card);
		expect(cardOf(send)).toBe(card);
	});

	it('asks for no input that has a default, and forbids what is not named', () => {
		expect(cardOf(skill()).inputSchema).toMatchObject({
			type: 'object',
			required: ['path'],
			additionalProperties: false,
		});
	});

	it.each([
		['read', {}, { readOnlyHint: true, destructiveHint: false, idempotentHint: true }],
		['write', { reversible: true }, { readOnlyHint: false, destructiveHint: false, idempotentHint: false }],
		['write', {}, { readOnlyHint: false, destructiveHint: true }],
		['execute', { reversible: true }, { readOnlyHint: false, destructiveHint: true }],
		['send', { idempotent: true }, { destructiveHint: true, idempotentHint: true }],
		['destroy', {}, { destructiveHint: true }],
	])('of effect %s with %j has hints that agree', (effect, more, hints) => {
		expect(annotationsOf(cardOf(skill({ effect, ...more })))).toMatchObject(hints);
	});
});

describe('an Agent', () => {
	it.each([
		['a name without a domain', { name: 'do' }],
		['a name with capitals', { name: 'test_Do' }],
		['a name that is too long', { name: `test_${'x'.repeat(40)}` }],
		['a description that is too long', { description: 'x'.repeat(601) }],
		['no example', { examples: [] }],
		['a target that is no input', { targets: { file: 'path' } }],
		['a question about what is no input', { confirm: 'Do {file}?' }],
	])('is not defined with a Skill that has %s', (_, more) => {
		expect(() => agentOf(skill(more))).toThrow(TypeError);
	});

	it('is not defined with two Skills of one name', () => {
		expect(() => agentOf(skill(), skill())).toThrow('twice');
	});
});

describe('a Fault', () => {
	it.each(faultKinds)('of kind %s crosses the wire unchanged', (kind) => {
		const fault = new Fault(kind, 'Message.', { hint: 'Hint.', job: 'job-1' });
		expect(Fault.fromWire(FaultWire.parse(JSON.parse(JSON.stringify(fault.toWire()))))).toEqual(fault);
		expect(new Fault(kind, 'Message.').toWire()).not.toHaveProperty('hint');
	});

	it('says that trying again may help, where that is so by its kind', () => {
		expect(faultKinds.filter((kind) => new Fault(kind, '').retryable)).toEqual([
			'timeout',
			'rate_limited',
			'unavailable',
		]);
	});

	it.each([
		[new Fault('denied', 'No.'), 'denied'],
		[new DOMException('x', 'AbortError'), 'cancelled'],
		[new DOMException('x', 'TimeoutError'), 'timeout'],
		[new TypeError('a secret of the adapter'), 'internal'],
		['a string', 'internal'],
		[undefined, 'internal'],
	])('is made of %s', (thrown, kind) => {
		const fault = asFault(thrown);
		expect(fault.kind).toBe(kind);
		expect(fault.message).not.toContain('secret');
	});

	it('names every wrong input by its path', () => {
		const schema = z.strictObject({ a: z.object({ b: z.array(z.int()) }), c: z.string() });
		expect(() => parseOrFault(schema, { a: { b: [1, 'x'] }, d: 1 }, 'test_do')).toThrow(
			/^test_do: .*a\.b\.1: .*c: .*d/s,
		);
	});
});

it('digests the meaning, not the spelling', () => {
	expect(digestOf({ a: 1, b: [1.0, 'é'], c: undefined })).toBe(digestOf({ b: [1, 'é'], a: 1 }));
	expect(digestOf({ a: 1 })).not.toBe(digestOf({ a: '1' }));
	expect(digestOf(undefined)).toMatch(/^[0-9a-f]{64}$/);
});

it('knows the graver of two effects', () => {
	expect(graver('read', 'send')).toBe('send');
	expect(graver('destroy', 'write')).toBe('destroy');
	expect(effects.toSorted((a, b) => (a === b ? 0 : graver(a, b) === a ? 1 : -1))).toEqual([...effects]);
});

it('takes only what is an artifact URI', () => {
	const sha256 = 'a'.repeat(64);
	expect(artifactDigest(artifactUri(sha256))).toBe(sha256);
	expect(ArtifactUri.safeParse(artifactUri(sha256)).success).toBe(true);
	for (const uri of ['', sha256, `${artifactUri(sha256)}/x`, artifactUri('A'.repeat(64))])
		expect(artifactDigest(uri)).toBeUndefined();
});
