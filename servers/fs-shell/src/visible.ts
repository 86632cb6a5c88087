/** Control, format and invisible characters, line separators, half characters: what a name can hide behind. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A name as a person can judge it: what would not be seen is spelt out, what is very long is cut. */
export function visible(name: string, limit = 400): string {
	const cut = name.length > limit ? `${name.slice(0, limit)}…` : name;
	return cut.replaceAll(unseen, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
