import type { SkillResult } from '@switchboard/kit/perform';

/** A foreign server's result without what only our own Agents may say: no Fault, no job, no artifact of its making. */
export function withoutOurMeta(result: SkillResult): SkillResult {
	const { _meta, content, ...rest } = result;
	const kept = Object.entries(_meta ?? {}).filter(([name]) => !name.startsWith('switchboard/'));
	return {
		...rest,
		content: Array.isArray(content) ? content : [],
		...(kept.length > 0 && { _meta: Object.fromEntries(kept) }),
	};
}
