/** The first colour that a `background` names. */
export function firstColor(background: string | undefined): string | undefined {
	return background?.split(/\s+(?![^(]*\))/).find((word) => /^(#|rgb|hsl|white|black|transparent)/.test(word));
}

/** One spelling a colour, so that white on white is found however it is written. */
export function colorName(value: string): string {
	const text = value.replaceAll(/\s+/g, '').toLowerCase();
	const hex = /^#?([0-9a-f]{3,8})$/.exec(text)?.[1];
	if (hex !== undefined && [3, 4, 6, 8].includes(hex.length)) {
		const long = hex.length < 5 ? [...hex].map((digit) => digit + digit).join('') : hex;
		if (long.length === 8 && long.endsWith('00')) return 'transparent';
		return nearName(
			Number.parseInt(long.slice(0, 2), 16),
			Number.parseInt(long.slice(2, 4), 16),
			Number.parseInt(long.slice(4, 6), 16),
		);
	}
	const [, r, g, b, a] = /^rgba?\((\d+),(\d+),(\d+)(?:,([\d.]+%?))?\)$/.exec(text) ?? [];
	if (r === undefined) return text;
	return a !== undefined && Number.parseFloat(a) <= 0.05 ? 'transparent' : nearName(Number(r), Number(g), Number(b));
}

/** Shades that a reader cannot tell apart share a name. */
function nearName(red: number, green: number, blue: number): string {
	if (red >= 0xf0 && green >= 0xf0 && blue >= 0xf0) return 'white';
	if (red <= 0x0f && green <= 0x0f && blue <= 0x0f) return 'black';
	return `#${[red, green, blue].map((part) => (part >> 3).toString(16).padStart(2, '0')).join('')}`;
}
