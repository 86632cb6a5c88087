import { type Agent, problemOf } from './agent.ts';
import { Fault } from './fault.ts';
import type { Log } from './log.ts';
import type { AnySkill } from './skill.ts';

/** An Agent's Skills: those it always has, then those it discovers, in a fixed order. */
export interface SkillSet<Ports> {
	list(signal: AbortSignal): Promise<readonly AnySkill<Ports>[]>;
	find(name: string, signal: AbortSignal): Promise<AnySkill<Ports>>;
}

export function createSkillSet<Ports>(
	agent: Agent<Ports>,
	ports: (signal: AbortSignal) => Promise<Ports>,
	log: Log,
	/** How long a listing waits for what depends on the machine, in ms. */
	patience = 5_000,
): SkillSet<Ports> {
	const own = new Map(agent.skills.map((skill) => [skill.name, skill]));

	/** A script that is broken or slow must not take the others from the list. */
	async function discovered(signal: AbortSignal): Promise<readonly AnySkill<Ports>[]> {
		const { discover } = agent;
		if (discover === undefined) return [];
		const timeout = AbortSignal.timeout(patience);
		try {
			const finding = ports(AbortSignal.any([signal, timeout])).then((opened) => discover(opened));
			return sound(await Promise.race([finding, aborted(timeout)]));
		} catch (error) {
			log.warn({ err: error }, 'discovered Skills are not available');
			return [];
		}
	}

	function sound(found: readonly AnySkill<Ports>[]): AnySkill<Ports>[] {
		const taken = new Set(own.keys());
		return found
			.toSorted((a, b) => (a.name < b.name ? -1 : 1))
			.filter((skill) => {
				const problem = taken.has(skill.name) ? 'its name is taken' : problemOf(skill);
				if (problem === undefined) taken.add(skill.name);
				else log.warn({ skill: skill.name, problem }, 'discovered Skill left out');
				return problem === undefined;
			});
	}

	return {
		list: async (signal) => [...agent.skills, ...(await discovered(signal))],
		async find(name, signal) {
			const skill = own.get(name) ?? (await discovered(signal)).find((other) => other.name === name);
			if (skill !== undefined) return skill;
			throw new Fault('not_found', `${agent.title} has no Skill named ${JSON.stringify(name.slice(0, 64))}.`, {
				hint: 'List the tools for the current names.',
			});
		},
	};
}

function aborted(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => {
		signal.addEventListener('abort', () => reject(signal.reason), { once: true });
	});
}
