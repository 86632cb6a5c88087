import { appendFileSync } from 'node:fs';
import { defineAgent, defineSkill, Fault } from '@switchboard/kit';
import { serveAgent } from '@switchboard/kit/serve';
import { z } from 'zod';

/** An Agent whose Skills do what the Gateway has to cope with. Effects are counted in a file, from outside. */
interface Ports {
	readonly ledger: (line: string) => void;
}

const text = z.strictObject({ text: z.string().describe('What to write down') });
const told = z.object({ text: z.string() });

const skills = [
	defineSkill({
		name: 'probe_echo',
		title: 'Echo',
		description: 'Returns the text it is given.',
		effect: 'read',
		world: 'closed',
		input: text,
		output: told,
		examples: ['echo hello', 'repeat what I say'],
		run: async (input, _ports: Ports) => input,
		render: ({ text }) => text,
	}),
	defineSkill({
		name: 'probe_note',
		title: 'Note',
		description: 'Writes a line that can be undone.',
		effect: 'write',
		world: 'closed',
		reversible: true,
		input: text,
		output: told,
		examples: ['note this', 'write that down'],
		async run({ text }, { ledger }: Ports, { id }) {
			ledger(`note ${text} ${id}`);
			return { text };
		},
	}),
	defineSkill({
		name: 'probe_send',
		title: 'Send',
		description: 'Sends a text, as far as its ledger.',
		effect: 'send',
		world: 'open',
		input: text,
		output: told,
		examples: ['send hello', 'tell them hello'],
		prepare: async ({ text }) => ({
			effect: 'send',
			targets: [{ kind: 'recipient', value: 'ada@example.test' }],
			preview: `To ada@example.test: ${text}`,
		}),
		async run({ text }, { ledger }: Ports, { id }) {
			ledger(`send ${text} ${id}`);
			return { text };
		},
	}),
	defineSkill({
		name: 'probe_slow',
		title: 'Slow',
		description: 'Waits, telling how far it is.',
		effect: 'read',
		world: 'closed',
		input: z.strictObject({ ms: z.int().describe('How long') }),
		output: told,
		examples: ['be slow', 'take your time'],
		async run({ ms }, { ledger }: Ports, { signal, progress }) {
			progress('begun', 1, 2);
			await new Promise<void>((done, stop) => {
				const timer = setTimeout(done, ms);
				signal.addEventListener('abort', () => {
					clearTimeout(timer);
					ledger('slow cancelled');
					stop(signal.reason);
				});
			});
			return { text: 'slept' };
		},
	}),
	defineSkill({
		name: 'probe_work',
		title: 'Work',
		description: 'Writes a line at once and answers later.',
		effect: 'write',
		world: 'closed',
		reversible: true,
		input: z.strictObject({ text: z.string().describe('What to write down'), ms: z.int().describe('How long') }),
		output: told,
		examples: ['work on this', 'write that down slowly'],
		async run({ text, ms }, { ledger }: Ports) {
			ledger(`work ${text}`);
			await new Promise((done) => setTimeout(done, ms));
			return { text };
		},
	}),
	defineSkill({
		name: 'probe_exit',
		title: 'Exit',
		description: 'Ends the process in the middle of a call.',
		effect: 'write',
		world: 'closed',
		reversible: true,
		input: z.strictObject({}),
		output: told,
		examples: ['end', 'go away'],
		async run(_input, { ledger }: Ports) {
			ledger('exit');
			process.exit(1);
		},
	}),
	defineSkill({
		name: 'probe_fail',
		title: 'Fail',
		description: 'Fails with a Fault of its own.',
		effect: 'read',
		world: 'closed',
		input: z.strictObject({}),
		output: told,
		examples: ['fail', 'go wrong'],
		async run(_input, _ports: Ports) {
			throw new Fault('not_found', 'Nothing of that name.', { hint: 'Try another.' });
		},
	}),
	defineSkill({
		name: 'probe_roots',
		title: 'Roots',
		description: 'Names the folders it may work in, below a path.',
		effect: 'read',
		world: 'closed',
		input: z.strictObject({ path: z.string().describe('Any path') }),
		output: z.object({ roots: z.array(z.string()), session: z.string() }),
		targets: { path: 'path' },
		examples: ['where may you work', 'which folders'],
		run: async (_input, _ports: Ports, { roots, session }) => ({ roots: [...roots], session }),
	}),
];

export const probe = defineAgent({
	name: 'probe',
	title: 'Probe',
	description: 'Does what the Gateway has to cope with.',
	version: '0.1.0',
	config: z.strictObject({ ledger: z.string() }),
	usage: { example: '--ledger FILE', flags: { ledger: 'file that counts effects' } },
	allow: ['read'],
	ports: ({ config }): Ports => ({ ledger: (line) => appendFileSync(config.ledger, `${line}\n`) }),
	skills,
});

if (import.meta.main) await serveAgent(probe);
