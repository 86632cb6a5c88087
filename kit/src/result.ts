import { Fault } from './fault.ts';
import { mapStrings } from './json.ts';
import { clean, fence } from './outside.ts';
import type { Performance } from './perform.ts';
import type { Secrets } from './secrets.ts';
import type { ContentBlock } from './skill.ts';
import { spill, textLimit } from './spill.ts';
import { metaKeys, type Prepared } from './wire.ts';

/** The result of `tools/call`, in the form both protocol eras share. */
export interface SkillResult {
	content: ContentBlock[];
	structuredContent?: Record<string, unknown>;
	isError?: boolean;
	_meta?: Record<string, unknown>;
	[key: string]: unknown;
}

/** Most bytes of structured content a result carries. */
export const structuredLimit = 1_000_000;

/** An output as a result: checked, without secrets, bounded, and fenced where it holds words from outside. */
export async function resultOf<Ports>(
	{ skill, call, gathered, secrets }: Performance<Ports>,
	output: unknown,
): Promise<SkillResult> {
	const checked = secrets.scrubValue(skill.output.parse(output)) as Record<string, unknown>;
	const isOutside = skill.source === 'outside';
	const structured = isOutside ? mapStrings(checked, clean) : checked;
	const json = JSON.stringify(structured);
	const size = Buffer.byteLength(json);
	if (size > structuredLimit) {
		throw new Fault('too_large', `The result has ${size} bytes, the limit is ${structuredLimit}.`, {
			hint: 'Ask for less: a smaller limit, a narrower query, or the next page by cursor.',
		});
	}
	const rendered = skill.render === undefined ? json : secrets.scrub(skill.render(structured));
	const { text } = await spill(rendered, call.artifacts, textLimit, skill.source);
	const fenced = isOutside ? fence(text) : { text: clean(text), nonce: undefined };
	const { blocks, artifacts } = gathered;
	const meta = {
		...(fenced.nonce !== undefined && { [metaKeys.outside]: { nonce: fenced.nonce } }),
		...(artifacts.length > 0 && { [metaKeys.artifacts]: artifacts }),
	};
	return {
		content: [{ type: 'text', text: fenced.text }, ...blocks, ...artifacts.map(linkTo)],
		structuredContent: structured,
		...(Object.keys(meta).length > 0 && { _meta: meta }),
	};
}

function linkTo({ uri, name, mimeType, size }: Performance<never>['gathered']['artifacts'][number]): ContentBlock {
	return { type: 'resource_link', uri, name, mimeType, size };
}

/** A failure as a result the model can read and the Gateway can judge. */
export function faultResult(fault: Fault, secrets?: Secrets): SkillResult {
	const wire = mapStrings(fault.toWire(), (text) => clean(secrets?.scrub(text) ?? text));
	const text = wire.hint === undefined ? wire.message : `${wire.message} ${wire.hint}`;
	return {
		content: [{ type: 'text', text: `${wire.kind}: ${text}` }],
		isError: true,
		_meta: { [metaKeys.fault]: wire },
	};
}

/** The result of a prepare: nothing done, the preview for a human, the digest for the doing. */
export function preparedResult(prepared: Prepared): SkillResult {
	return { content: [{ type: 'text', text: prepared.preview }], _meta: { [metaKeys.prepared]: prepared } };
}
