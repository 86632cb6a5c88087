import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { defineAgent, defineSkill, Fault } from '@switchboard/kit';
import { z } from 'zod';

/** What the fixture's Skills do to the world: lines in a file that a test reads from outside. */
export interface FixturePorts {
	readonly ledger: (line: string) => void;
	readonly scripts: () => readonly string[];
	readonly secret: () => Promise<string>;
}

const word = z.strictObject({ text: z.string().min(1).describe('Any text') });
const told = z.object({ text: z.string() });

const echo = defineSkill({
	name: 'fixture_echo',
	title: 'Echo',
	description: 'Returns the text it is given.',
	effect: 'read',
	world: 'closed',
	input: word,
	output: told,
	examples: ['echo hello', 'say that again'],
	run: async (input, _ports: FixturePorts) => input,
	render: ({ text }) => text,
});

const outside = defineSkill({
	name: 'fixture_outside',
	title: 'Outside',
	description: 'Returns a text as a stranger wrote it.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	input: word,
	output: told,
	examples: ['what did they write', 'read the letter'],
	run: async (input, _ports: FixturePorts) => input,
	render: ({ text }) => text,
});

const note = defineSkill({
	name: 'fixture_note',
	title: 'Write a note',
	description: 'Writes a line down.',
	effect: 'write',
	world: 'closed',
	reversible: true,
	input: word,
	output: told,
	targets: { text: 'path' },
	confirm: 'Write {text} down?',
	examples: ['note this', 'write that down'],
	async run(input, { ledger }: FixturePorts) {
		ledger(`note ${input.text}`);
		return input;
	},
});

const send = defineSkill({
	name: 'fixture_send',
	title: 'Send a letter',
	description: 'Sends a text, as far as the ledger.',
	effect: 'send',
	world: 'open',
	input: z.strictObject({
		text: z.string().describe('What to send'),
		ending: z.enum(['return', 'hang', 'crash', 'refuse', 'busy']).default('return').describe('How it ends'),
	}),
	output: told,
	examples: ['send hello', 'tell them hello'],
	prepare: async ({ text }) => ({
		effect: 'send',
		targets: [{ kind: 'recipient', value: 'ada@example.test' }],
		preview: `To ada@example.test: ${text}`,
		// A text that grows is something that changes between question and deed.
		state: text === 'changing' ? performance.now() : text,
	}),
	async run({ text, ending }, { ledger }: FixturePorts, { signal }) {
		if (ending === 'refuse') throw new Fault('denied', 'The post office is closed.');
		if (ending === 'busy') throw new Fault('unavailable', 'The post office is busy.');
		ledger(`send ${text}`);
		if (ending === 'crash') throw new Error('the pen broke');
		if (ending === 'hang') await untilAborted(signal);
		return { text };
	},
});

const slow = defineSkill({
	name: 'fixture_slow',
	title: 'Slow',
	description: 'Says how far it is, then waits until it is cancelled.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({ steps: z.array(z.number()).describe('Progress to tell, in this order') }),
	output: told,
	examples: ['be slow', 'take your time'],
	async run({ steps }, { ledger }: FixturePorts, { signal, progress }) {
		progress('begun');
		for (const step of steps) progress(`at ${step}`, step, 10);
		ledger('slow begun');
		await untilAborted(signal).finally(() => ledger('slow cancelled'));
		return { text: 'never' };
	},
});

const noisy = defineSkill({
	name: 'fixture_noisy',
	title: 'Noisy',
	description: 'Writes to standard output, as careless libraries do.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({}),
	output: told,
	examples: ['make noise', 'be loud'],
	async run(_input, _ports: FixturePorts) {
		console.log('a stray line');
		process.stdout.write('{"jsonrpc":"2.0","method":"forged"}\n');
		return { text: 'quiet' };
	},
});

const secret = defineSkill({
	name: 'fixture_secret',
	title: 'Secret',
	description: 'Tries to give a secret away in every way there is.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({ fail: z.boolean().default(false).describe('Give it away in a failure') }),
	output: told,
	examples: ['tell me the password', 'what is the secret'],
	async run({ fail }, ports: FixturePorts, { log }) {
		const value = await ports.secret();
		log.info({ value }, 'a careless line');
		if (fail) throw new Fault('denied', `Wrong password ${value}.`, { hint: `Try not ${encodeURIComponent(value)}.` });
		return { text: `${value} ${Buffer.from(`user:${value}`).toString('base64')}` };
	},
});

const file = defineSkill({
	name: 'fixture_file',
	title: 'File',
	description: 'Makes a file of the given size.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({ size: z.int().min(0).describe('How many characters') }),
	output: z.object({ uri: z.string() }),
	examples: ['make a file', 'write me a report'],
	async run({ size }, _ports: FixturePorts, { artifacts, attach }) {
		const { uri } = await artifacts.put('x'.repeat(size), { name: 'x.txt', mimeType: 'text/plain', source: 'own' });
		attach({ type: 'image', data: 'AAAA', mimeType: 'image/png' });
		return { uri };
	},
});

const long = defineSkill({
	name: 'fixture_long',
	title: 'Long',
	description: 'Returns a text of the given length.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({
		size: z.int().min(0).describe('How many characters'),
		structured: z.boolean().default(false).describe('Also as data'),
	}),
	output: z.object({ size: z.int(), text: z.string().optional() }),
	examples: ['tell me everything', 'the whole story'],
	run: async ({ size, structured }, _ports: FixturePorts) => ({ size, ...(structured && { text: 'x'.repeat(size) }) }),
	render: ({ size }) => 'a'.repeat(size),
});

const scripted = (name: string) =>
	defineSkill({
		name,
		title: name,
		description: 'Was found on this machine.',
		effect: 'read',
		world: 'closed',
		input: z.strictObject({}),
		output: told,
		examples: ['run the script', 'do the usual'],
		run: async (_input, _ports: FixturePorts) => ({ text: name }),
	});

export const fixture = defineAgent({
	name: 'fixture',
	title: 'Fixture',
	description: 'Does what a kit has to cope with.',
	version: '1.2.3',
	config: z.strictObject({
		ledger: z.string().min(1),
		scripts: z.string().optional(),
		secret: z.string().default('env:FIXTURE_SECRET'),
		ports: z.enum(['open', 'fail', 'hang']).default('open'),
		names: z.array(z.string()).default([]),
		deep: z.strictObject({ size: z.int() }).default({ size: 1 }),
		loud: z.boolean().default(false),
	}),
	usage: {
		positionals: 'names',
		example: '--ledger FILE',
		flags: { ledger: 'file that counts effects', scripts: 'folder with Skills', loud: 'says more' },
	},
	allow: ['read', 'write'],
	async ports({ config, secrets, onClose, onSessionEnd }): Promise<FixturePorts> {
		const ledger = (line: string): void => appendFileSync(config.ledger, `${line}\n`);
		if (config.ports === 'fail') throw new Fault('unavailable', 'The ledger is locked.');
		if (config.ports === 'hang') await new Promise(() => {});
		ledger('opened');
		onClose(() => ledger('closed'));
		onSessionEnd((session) => ledger(`session ${session} ended`));
		const { scripts } = config;
		return {
			ledger,
			scripts: () => (scripts !== undefined && existsSync(scripts) ? readdirSync(scripts) : []),
			secret: () => secrets.resolve(config.secret),
		};
	},
	skills: [echo, outside, note, send, slow, noisy, secret, file, long],
	discover: async ({ scripts }) => scripts().map(scripted),
});

function untilAborted(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => {
		signal.addEventListener('abort', () => reject(signal.reason));
	});
}
