/** Decimals are whole ten-thousandths, so that no sum, comparison or tax is ever rounded by a float. */
const scale = 4;
const unit = 10_000n;
const written = /^(-?)(\d{1,12})(?:\.(\d{1,4}))?$/;

/** Nothing larger is stored, which leaves room for sums in 64 bits. */
export const largest = 10n ** 16n;

/** The value of `12.5` or `-3`; undefined for anything that is not a plain decimal of that size. */
export function parseDecimal(text: string): bigint | undefined {
	const match = written.exec(text);
	if (match === null) return undefined;
	const [, sign, whole = '0', fraction = ''] = match;
	const value = BigInt(whole) * unit + BigInt(fraction.padEnd(scale, '0'));
	return sign === '-' ? -value : value;
}

/** As text with at least `digits` decimals and no more than are needed. */
export function formatDecimal(value: bigint, digits = 0): string {
	const magnitude = value < 0n ? -value : value;
	const fraction = (magnitude % unit).toString().padStart(scale, '0');
	const kept = fraction.replace(/0+$/, '').padEnd(digits, '0');
	return `${value < 0n ? '-' : ''}${magnitude / unit}${kept === '' ? '' : `.${kept}`}`;
}

/** `a × b`, rounded once to `digits` decimals, halves away from zero. */
export function multiply(a: bigint, b: bigint, digits: number): bigint {
	return roundedQuotient(a * b, unit, digits);
}

/** `rate` per cent of `value`, rounded once to `digits` decimals. */
export function percentOf(value: bigint, rate: bigint, digits: number): bigint {
	return roundedQuotient(value * rate, unit * 100n, digits);
}

/** A mean, to the last decimal that is kept. */
export function divide(sum: bigint, count: bigint): bigint {
	return roundedQuotient(sum, count, scale);
}

function roundedQuotient(dividend: bigint, divisor: bigint, digits: number): bigint {
	const step = 10n ** BigInt(scale - digits);
	const by = divisor * step;
	const magnitude = dividend < 0n ? -dividend : dividend;
	const rounded = ((magnitude * 2n + by) / (by * 2n)) * step;
	return dividend < 0n ? -rounded : rounded;
}

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

export function isCurrency(code: string): boolean {
	return currencies.has(code);
}

const known = new Map<string, number>();

/** How many decimals amounts of a currency have: 2 for EUR, 0 for JPY, 3 for KWD. */
export function digitsOf(currency: string): number {
	const digits =
		known.get(currency) ??
		new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
		2;
	known.set(currency, digits);
	return digits;
}

/** Whether an amount can be paid: no fraction of the smallest coin. */
export function fitsCurrency(value: bigint, currency: string): boolean {
	return value % 10n ** BigInt(scale - digitsOf(currency)) === 0n;
}
