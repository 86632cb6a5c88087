/** A JSON value with every string in it changed, names of properties included; the shape stays. */
export function mapStrings<T>(value: T, change: (text: string) => string): T {
	function mapped(inner: unknown): unknown {
		if (typeof inner === 'string') return change(inner);
		if (Array.isArray(inner)) return inner.map(mapped);
		if (typeof inner !== 'object' || inner === null) return inner;
		return Object.fromEntries(Object.entries(inner).map(([name, held]) => [change(name), mapped(held)]));
	}
	return mapped(value) as T;
}
