import type { z } from 'zod';
import type { Artifacts } from './artifacts.ts';
import type { Effect } from './effect.ts';
import type { Log } from './log.ts';
import type { Secrets } from './secrets.ts';
import type { AnySkill } from './skill.ts';

/** What an Agent's ports are built from. */
export interface AgentContext<Config> {
	readonly config: Config;
	/** A folder of the Agent's own, made on first use of the Agent, kept over restarts. */
	readonly stateFolder: string;
	readonly log: Log;
	readonly artifacts: Artifacts;
	readonly secrets: Secrets;
	/** Runs when a Session is over: the place to free what was kept for it. */
	onSessionEnd(free: (session: string) => Promise<void> | void): void;
	/** Runs once when the Agent stops. */
	onClose(free: () => Promise<void> | void): void;
	/** Tells hosts that the Skills found by `discover` have changed. */
	skillsChanged(): void;
}

export interface Agent<Ports, Config extends z.ZodObject = z.ZodObject> {
	/** The server's name: `fs-shell`, `browser`. */
	readonly name: string;
	readonly title: string;
	/** One sentence on what it does and for whom; hosts show it as the server's instructions. */
	readonly description: string;
	readonly version: string;
	readonly config: Config;
	/** How the command line reads: positional arguments and flags to config properties. */
	readonly usage: Usage;
	/** Effects it carries out unasked when a host starts it directly. */
	readonly allow: readonly Effect[];
	/** Builds the ports, once, on the first Call. Opening connections and browsers belongs later still, to first use. */
	ports(context: AgentContext<z.infer<Config>>): Promise<Ports> | Ports;
	readonly skills: readonly AnySkill<Ports>[];
	/** Skills that depend on the machine, such as the owner's scripts; asked at every listing. */
	discover?(ports: Ports): Promise<readonly AnySkill<Ports>[]>;
}

export interface Usage {
	/** Config property, an array of strings, that takes the positional arguments. */
	readonly positionals?: string;
	/** One example line, without the command's name. */
	readonly example: string;
	/** What each config property means, for `--help`; kebab-case flags are derived from the property names. */
	readonly flags: Readonly<Record<string, string>>;
}

const namePattern = /^[a-z][a-z0-9]*(_[a-z0-9]+)+$/;

/** Checks an Agent's Skills for what types cannot say, so that a wrong one never starts. */
export function defineAgent<Ports, Config extends z.ZodObject>(agent: Agent<Ports, Config>): Agent<Ports, Config> {
	checkSkills(agent.skills);
	return agent;
}

function checkSkills(skills: readonly AnySkill<never>[]): void {
	const seen = new Set<string>();
	for (const skill of skills) {
		const problem = problemOf(skill);
		if (problem !== undefined) throw new TypeError(`Skill ${skill.name}: ${problem}`);
		if (seen.has(skill.name)) throw new TypeError(`Skill ${skill.name} is defined twice`);
		seen.add(skill.name);
	}
}

/** What is wrong with a Skill that its types cannot say. */
export function problemOf(skill: AnySkill<never>): string | undefined {
	if (!namePattern.test(skill.name) || skill.name.length > 40)
		return 'a name is domain_verb or domain_verb_noun, at most 40 characters';
	if (skill.description.length > 600) return 'its description is longer than 600 characters';
	if (skill.examples.length === 0) return 'it has no example instruction';
	for (const target of Object.keys(skill.targets ?? {})) {
		if (!(target in skill.input.shape)) return `target ${target} is not an input`;
	}
	for (const [, placeholder] of (skill.confirm ?? '').matchAll(/\{(\w+)\}/g)) {
		if (placeholder !== undefined && !(placeholder in skill.input.shape))
			return `confirm names ${placeholder}, which is not an input`;
	}
	return undefined;
}
