import { readFileSync } from 'node:fs';
import { createArtifacts } from '@switchboard/kit/artifacts';
import { spill } from '@switchboard/kit/spill';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Scratch, scratch } from './support/host.ts';

let at: Scratch;
beforeEach(() => {
	at = scratch();
});
afterEach(() => at.remove());
const session = () => createArtifacts(at.folder).of('a');

it('leaves a text within the limit as it is, and puts nothing', async () => {
	expect(await spill('x'.repeat(100), session(), 100)).toEqual({ text: 'x'.repeat(100) });
	expect(await session().list()).toEqual([]);
});

it('keeps head and tail of a longer text and links the whole', async () => {
	const whole = `${'h'.repeat(60)}${'m'.repeat(500)}${'t'.repeat(40)}`;
	const { text, link } = await spill(whole, session(), 100, 'outside');
	const [artifact] = await session().list();
	const uri = artifact?.uri ?? '';
	expect(text).toBe(`${'h'.repeat(60)}\n[500 characters left out here; the whole text is ${uri}]\n${'t'.repeat(40)}`);
	expect(link).toMatchObject({ type: 'resource_link', uri, size: 600, mimeType: 'text/plain' });
	expect(artifact).toMatchObject({ source: 'outside' });
	expect(readFileSync((await session().resolve(uri)).path, 'utf8')).toBe(whole);
});

it('cuts no character in half', async () => {
	const { text } = await spill('😀'.repeat(100), session(), 5);
	expect(text.isWellFormed()).toBe(true);
});
