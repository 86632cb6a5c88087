import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import { noteDown } from '../flat/note-down.ts';
import type { BusinessPorts } from '../ports.ts';
import { NotedOutput, notedOutput, notedText } from './noted.ts';
import { byOf } from './shapes.ts';

export const contactAdd = defineSkill({
	name: 'contact_add',
	title: 'Add a contact',
	description:
		'Notes a person in the CRM in one step, with a company that is found by name or created. A person known already, by e-mail or name, is completed and never overwritten.',
	effect: 'write',
	world: 'closed',
	reversible: true,
	input: z.strictObject({
		name: z.string().trim().min(1).max(200).describe('Name of the person'),
		email: z.string().trim().max(200).optional().describe('E-mail address'),
		phone: z.string().trim().max(60).optional().describe('Phone number'),
		company: z.string().trim().min(1).max(200).optional().describe('Company the person works for'),
		role: z.string().trim().max(200).optional().describe('Job title'),
		note: z.string().max(20_000).optional().describe('Anything else to remember'),
	}),
	output: NotedOutput,
	targets: { name: 'record' },
	confirm: 'Add {name} {email} {phone} {company} to the contacts?',
	examples: [
		'add a contact Ada Example, ada@example.test, to the CRM',
		'note a contact: Ben Sample from Example Ltd, phone +43 1 234567',
		'save Cara Test <cara@example.test> as a contact in the business store',
	],
	async run(input, { connections }: BusinessPorts, call) {
		return notedOutput(await noteDown('contact', input, { crm: connections.crm, by: byOf(call), signal: call.signal }));
	},
	render: notedText,
});
