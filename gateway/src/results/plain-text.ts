import type { SkillResult } from '@switchboard/kit/perform';
import { metaKeys } from '@switchboard/kit/wire';

/** A result as text without its fence, which the reader of the text puts back where it is shown. */
export function plainText({ content, _meta }: SkillResult): string {
	const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
	const { nonce } = (_meta?.[metaKeys.outside] ?? {}) as { readonly nonce?: unknown };
	if (typeof nonce !== 'string' || !/^[0-9a-f]{1,64}$/.test(nonce)) return text;
	const begin = new RegExp(`^\\[begin outside ${nonce}[^\\n]*\\]\\n`);
	const end = new RegExp(`\\n\\[end outside ${nonce}\\]$`);
	return text.replace(begin, '').replace(end, '');
}
