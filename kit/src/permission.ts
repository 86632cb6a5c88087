import {
	CLIENT_CAPABILITIES_META_KEY,
	inputRequired,
	inputResponse,
	type ServerContext,
} from '@modelcontextprotocol/server';
import type { Effect } from './effect.ts';
import { Fault } from './fault.ts';
import { type Performance, prepare } from './perform.ts';
import { preparedResult, type SkillResult } from './result.ts';
import type { CallMeta } from './wire.ts';

/** A Call may be carried out with this effect, or its answer is already this result. */
export type Permission = { readonly effect: Effect } | { readonly result: SkillResult };

/** Behind the Gateway: what was decided on is what is done, or nothing is. */
export async function decidedByGateway<Ports>(performance: Performance<Ports>, meta: CallMeta): Promise<Permission> {
	const { skill } = performance;
	if (meta.prepare || meta.dryRun) return { result: preparedResult(await prepare(performance)) };
	if (skill.prepare === undefined && meta.digest === undefined) return { effect: skill.effect };
	if (meta.digest === undefined) throw new Fault('conflict', `${skill.name} must be prepared first.`);
	const prepared = await prepare(performance);
	if (prepared.digest !== meta.digest) {
		throw new Fault('conflict', 'What this call would do has changed since it was decided on.', {
			hint: 'Call again, so that it is decided on as it is now.',
		});
	}
	return { effect: prepared.effect };
}

/** Nothing to fill in: to accept is the yes. */
const yes = { type: 'object', properties: {} } as const;

/** Started directly by a host: its owner allowed some effects beforehand and is asked about the rest. */
export async function askedOfOwner<Ports>(
	performance: Performance<Ports>,
	meta: CallMeta,
	{ allow, canElicit }: { readonly allow: readonly Effect[]; readonly canElicit: boolean },
	{ inputResponses, requestState }: ServerContext['mcpReq'],
): Promise<Permission> {
	const { skill } = performance;
	const isDry = meta.dryRun === true || meta.prepare === true;
	if (!isDry && skill.prepare === undefined && allow.includes(skill.effect)) return { effect: skill.effect };
	const prepared = await prepare(performance);
	if (isDry) return { result: preparedResult(prepared) };
	if (allow.includes(prepared.effect)) return { effect: prepared.effect };
	if (inputResponses === undefined) {
		if (!canElicit) {
			throw new Fault(
				'denied',
				`${skill.name} would ${prepared.effect}, which is not allowed unasked, and this host cannot ask.`,
				{
					hint: `Start the server with --allow ${prepared.effect}, or connect it through the Switchboard Gateway.`,
				},
			);
		}
		const confirm = inputRequired.elicit({ message: `${skill.title}?\n${prepared.preview}`, requestedSchema: yes });
		// The SDK asks by itself where the host is of the older era.
		return { result: inputRequired({ inputRequests: { confirm }, requestState: prepared.digest }) as never };
	}
	const answer = inputResponse(inputResponses, 'confirm');
	if (answer.kind !== 'elicit' || answer.action !== 'accept') throw new Fault('denied', 'The owner said no.');
	if (requestState() !== prepared.digest) {
		throw new Fault('conflict', 'What this call would do changed while it was asked about.', { hint: 'Call again.' });
	}
	return { effect: prepared.effect };
}

/** Whether the host behind a request shows forms, by what it declared in its era's way. */
export function hostCanElicit({ mcpReq }: ServerContext, declaredAtStart: unknown): boolean {
	const ofRequest = (mcpReq.envelope as Record<string, unknown> | undefined)?.[CLIENT_CAPABILITIES_META_KEY];
	const { elicitation } =
		((ofRequest ?? declaredAtStart) as { elicitation?: Record<string, unknown> } | undefined) ?? {};
	// Naming no mode means forms; naming only URLs does not.
	return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}
