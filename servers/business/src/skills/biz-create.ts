import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import { noteDown } from '../flat/note-down.ts';
import { kinds } from '../flat/said.ts';
import type { BusinessPorts } from '../ports.ts';
import { NotedOutput, notedOutput, notedText } from './noted.ts';
import { byOf } from './shapes.ts';

const short = z.string().trim().min(1).max(200).optional();

export const bizCreate = defineSkill({
	name: 'biz_create',
	title: 'Note something in the CRM',
	description:
		'Creates one record in the embedded CRM in one step: a company, deal or product, or a call, meeting, mail, task or note about a contact or company. Those named are found, or created beside it; a known company is completed, not doubled. biz_preview is for anything else.',
	effect: 'write',
	world: 'closed',
	reversible: true,
	input: z.strictObject({
		kind: z.enum(kinds).describe('What to create'),
		name: z
			.string()
			.trim()
			.min(1)
			.max(500)
			.optional()
			.describe('Name of the record, or subject of the call, task or note'),
		company: short.describe('Company it concerns, by name'),
		contact: short.describe('Person it concerns, by name or e-mail address'),
		email: short.describe('E-mail address'),
		phone: short.describe('Phone number'),
		amount: z.string().trim().max(30).optional().describe('Value or price, such as 1200.50'),
		currency: z.string().trim().max(3).optional().describe('ISO code, such as EUR'),
		date: z.string().trim().max(10).optional().describe('YYYY-MM-DD: when it was, is due, or is expected'),
		note: z.string().max(20_000).optional().describe('Anything else to remember'),
	}),
	output: NotedOutput,
	targets: { name: 'record' },
	confirm: 'Create {kind} {name} {company} {contact} {amount} {currency} {date}?',
	examples: [
		'log a call with Ada Example about the offer',
		'add the company Example Ltd to the CRM',
		'create a deal Website relaunch for Example Ltd over 5000 EUR',
		'note a task in the CRM: call Ben Sample back, due 2026-12-01',
	],
	async run({ kind, ...said }, { connections }: BusinessPorts, call) {
		return notedOutput(await noteDown(kind, said, { crm: connections.crm, by: byOf(call), signal: call.signal }));
	},
	render: notedText,
});
